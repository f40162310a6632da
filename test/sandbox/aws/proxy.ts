import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Faults } from './faults/faults.ts';
import { suffer } from './faults/suffer.ts';
import { AwsError, accessDenied, expiredToken, type Protocol, unknownAccessKey, writeError, wrongRegion } from './http/aws-error.ts';
import { AwsRequest } from './http/aws-request.ts';
import type { Gatekeeper } from './iam/gatekeeper.ts';
import { type Principal, principalName } from './iam/identities.ts';
import type { OpenCall } from './journal.ts';
import { keyRefusal } from './kms/key-refusal.ts';
import type { Operation, Service } from './service.ts';

interface Asker {
  readonly principal: Principal;
  /** Of credentials that AssumeRole gave. */
  readonly sessionName: string | undefined;
}

/** The one address of every service: it finds out who asks, whether they may, and writes both down before a service sees the request. */
export class IamProxy {
  readonly #gatekeeper: Gatekeeper;
  readonly #faults: Faults;
  readonly #region: string;
  readonly #services = new Map<string, Service>();
  readonly #server: Server;

  private constructor(gatekeeper: Gatekeeper, faults: Faults, region: string) {
    this.#gatekeeper = gatekeeper;
    this.#faults = faults;
    this.#region = region;
    this.#server = createServer((incoming, reply) => this.#receive(incoming, reply));
    // Uploads and long polls may take their time.
    this.#server.requestTimeout = 0;
    // A connection that is closed for idleness just as it is used again would fail the sandbox's own calls, which nobody repeats.
    this.#server.keepAliveTimeout = 0;
  }

  /**
   * @param region that requests must be signed for
   * @param port any free one if left out
   * @throws Error when the port is taken
   */
  static async listen(gatekeeper: Gatekeeper, faults: Faults, region: string, port = 0): Promise<IamProxy> {
    const proxy = new IamProxy(gatekeeper, faults, region);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    proxy.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    await promise.catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EADDRINUSE') throw cause;
      throw new Error(`Port ${port} of 127.0.0.1 is taken: choose another for AWS, or none to get a free one.`, { cause });
    });
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  add(...services: readonly Service[]): void {
    for (const service of services) this.#services.set(service.signingName, service);
  }

  /** Every operation that is known, by signing name. */
  get operations(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries([...this.#services.values()].map(({ signingName, operations }) => [signingName, operations]));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #receive(incoming: IncomingMessage, reply: ServerResponse): void {
    const request = new AwsRequest(incoming);
    const protocol = this.#services.get(request.credential()?.service ?? '')?.protocol ?? 'json';
    this.#handle(request, reply).catch((error: unknown) => refuse(incoming, reply, protocol, error));
  }

  async #handle(request: AwsRequest, reply: ServerResponse): Promise<void> {
    const credential = request.credential();
    if (credential === undefined) {
      const need = { action: `unsigned:${request.method}`, resource: request.path };
      fillStatus(reply, [this.#gatekeeper.note(undefined, need, 'The request is not signed.')]);
      throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token.', 403);
    }
    const service = this.#services.get(credential.service);
    const principal = this.#gatekeeper.identities.byAccessKey(credential.accessKeyId);
    const operation = await service?.operation(request);
    if (service === undefined || operation === undefined) {
      const action = `${credential.service}:${request.header('x-amz-target')?.split('.').at(-1) ?? request.method}`;
      const reason = `The sandbox does not know this operation of ${credential.service} (${request.method}), so it refuses.`;
      fillStatus(reply, [this.#gatekeeper.note(principal, { action, resource: request.path }, reason)]);
      throw accessDenied(service?.protocol ?? 'json', `${action}: ${reason}`);
    }
    const region = service.signingRegion ?? this.#region;
    if (credential.region !== region) {
      fillStatus(reply, [this.#gatekeeper.note(principal, operation.needs[0], `The request is signed for ${credential.region}.`)]);
      throw wrongRegion(service.protocol, credential.region, region);
    }
    if (principal === undefined) {
      fillStatus(reply, [this.#gatekeeper.note(undefined, operation.needs[0], 'The access key id is nobody’s.')]);
      throw unknownAccessKey(service.protocol);
    }
    if (request.validUntil !== undefined && request.validUntil < this.#gatekeeper.now()) {
      fillStatus(reply, [this.#gatekeeper.note(principal, operation.needs[0], 'The presigned address has expired.')]);
      throw new AwsError('AccessDenied', 'Request has expired', 403);
    }
    if (this.#gatekeeper.isExpired(credential.accessKeyId)) {
      fillStatus(reply, [this.#gatekeeper.note(principal, operation.needs[0], 'The credentials have expired.')]);
      throw expiredToken(service.protocol);
    }
    const sessionName = this.#gatekeeper.identities.session(credential.accessKeyId)?.name;
    const calls = this.#authorize(service, { principal, sessionName }, operation, reply);
    const fault = this.#faults.next({
      service: credential.service,
      action: operation.needs[0].action,
      principal: principalName(principal),
    });
    if (!(await suffer(fault, credential.service, reply))) return;
    await operation.answer(reply, {
      principal,
      accessKeyId: credential.accessKeyId,
      forget: () => this.#gatekeeper.forget(calls),
      may: (need) => this.#gatekeeper.authorizer.decide(principal, need, sessionName).allowed,
    });
  }

  /** The journal has the calls before the answer leaves, so that whoever has the answer finds them there. */
  #authorize(service: Service, { principal, sessionName }: Asker, operation: Operation, reply: ServerResponse): readonly OpenCall[] {
    const { decision, calls } = this.#gatekeeper.ask(principal, operation.needs, sessionName);
    fillStatus(reply, calls);
    const refused = calls.at(-1);
    if (decision.allowed || refused === undefined) return calls;
    if (decision.key !== undefined) throw keyRefusal(service.signingName, decision.key);
    const { action, resource } = refused;
    const message = `User: ${principalName(principal)} is not authorized to perform: ${action} on resource: ${resource}. ${decision.reason}`;
    throw accessDenied(service.protocol, message);
  }
}

function fillStatus(reply: ServerResponse, calls: readonly OpenCall[]): void {
  const writeHead = reply.writeHead;
  reply.writeHead = ((status: number, ...rest: never[]) => {
    for (const call of calls) call.status = status;
    return writeHead.call(reply, status, ...rest);
  }) as typeof reply.writeHead;
}

function refuse(incoming: IncomingMessage, reply: ServerResponse, protocol: Protocol, error: unknown): void {
  // A client that is still sending its body must get to the end of it to see the answer.
  incoming.resume();
  if (reply.headersSent) {
    reply.destroy();
    return;
  }
  const internal = () => new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
  writeError(reply, protocol, error instanceof AwsError ? error : internal());
}
