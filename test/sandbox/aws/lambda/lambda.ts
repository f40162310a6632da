import { randomUUID } from 'node:crypto';
import { AwsError } from '../http/aws-error.ts';
import { type AsynchronousConfiguration, type AsynchronousHost, invokeFromQueue } from './asynchronous.ts';
import type { Attempt } from './attempt.ts';
import { DurableExecutions } from './durable/durable-executions.ts';
import { FunctionRegistry } from './function-registry.ts';
import type { FunctionVersion } from './function-version.ts';
import { latestVersion, type Target } from './lambda-function.ts';
import { containerHost, type LambdaHost, type LambdaOptions } from './lambda-host.ts';
import { OrphanGuard } from './orphan-guard.ts';
import { payloadLimit, refuseOver } from './payload-limit.ts';
import { RoleClient } from './role-client.ts';

export interface InvokeOptions {
  readonly clientContext?: string;
  /** Gets the lines that the invocation writes. */
  readonly tail?: string[];
}

/** Runs the functions of the deployment: for callers who wait, for events, for durable executions. */
export class Lambda extends FunctionRegistry {
  readonly durable: DurableExecutions;
  readonly roleClient: RoleClient;
  readonly #host: LambdaHost;
  readonly #asynchronousHost: AsynchronousHost;
  readonly #pending = new Set<Promise<unknown>>();
  readonly #tails: Map<string, string[]>;
  readonly #guard: OrphanGuard;

  constructor(host: LambdaHost, options: LambdaOptions = {}) {
    const tails = new Map<string, string[]>();
    const guard = new OrphanGuard();
    super(host.accountId, containerHost(host, options, tails, guard));
    const { clock, onUndelivered, queueUrl, ask } = host;
    this.#host = host;
    this.#tails = tails;
    this.#guard = guard;
    this.roleClient = new RoleClient(host.endpoint, host.region);
    this.#asynchronousHost = {
      roleClient: this.roleClient,
      now: clock.now,
      queueUrl,
      ask,
      onUndelivered,
      accept: (functionArn, text) => this.accept(this.target(functionArn), text),
      attempt: (target, text, requestId) => this.#attempt(target, text, requestId),
    };
    this.durable = new DurableExecutions({
      clock,
      ask,
      target: (reference) => this.target(reference),
      attempt: (target, text) => this.#attemptExecution(target, text),
      run: (target, text) => this.invokeTarget(target, text),
    });
  }

  configureAsynchronous(functionName: string, qualifier: string, configuration: AsynchronousConfiguration | undefined): void {
    const { asynchronous } = this.find(functionName);
    if (configuration === undefined) asynchronous.delete(qualifier);
    else asynchronous.set(qualifier, configuration);
  }

  /** RequestResponse: one attempt. @throws AwsError `RequestTooLargeException`, `TooManyRequestsException` */
  async invoke(reference: string, payload: unknown): Promise<Attempt> {
    return this.invokeTarget(this.target(reference), JSON.stringify(payload ?? {}));
  }

  /** @throws AwsError `RequestTooLargeException`, `TooManyRequestsException` */
  async invokeTarget(target: Target, text: string, options: InvokeOptions = {}): Promise<Attempt> {
    refuseOver(payloadLimit.synchronous, text);
    if (target.version.configuration.durable !== undefined) return this.durable.run(target, text);
    const { slots } = target.lambdaFunction;
    if (!slots.tryTake()) {
      this.#host.onThrottled(target.version.configuration.name);
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    }
    try {
      return await this.#attempt(target, text, randomUUID(), options);
    } finally {
      slots.release();
    }
  }

  /** Event: settles when the event has succeeded or failed for good. A durable execution counts as soon as it is started. @throws AwsError before any attempt */
  async invokeAsynchronously(reference: string, text: string): Promise<readonly Attempt[]> {
    return this.#enqueue(this.target(reference), text, randomUUID());
  }

  /** Event, as its sender sees it: taken, whatever becomes of it. @returns the request id. @throws AwsError `RequestTooLargeException` */
  accept(target: Target, text: string): string {
    const requestId = randomUUID();
    refuseOver(payloadLimit.asynchronous, text);
    // The function may be deleted before its event's turn comes.
    this.#enqueue(target, text, requestId).catch(() => this.#host.onUndelivered(target.version.configuration.name));
    return requestId;
  }

  /** Every event that was accepted has succeeded or failed for good. */
  async idle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending);
  }

  async stop(): Promise<void> {
    this.durable.stop();
    await Promise.all(this.functions.map((lambdaFunction) => lambdaFunction.close()));
    await this.#guard.close();
    this.roleClient.close();
  }

  #enqueue(target: Target, text: string, requestId: string): Promise<readonly Attempt[]> {
    refuseOver(payloadLimit.asynchronous, text);
    if (target.version.configuration.durable !== undefined) {
      this.durable.start(target, text);
      return Promise.resolve([]);
    }
    const settled = invokeFromQueue(target, text, requestId, this.#asynchronousHost);
    this.#pending.add(settled);
    return settled.finally(() => this.#pending.delete(settled));
  }

  /** Of the very version that the execution began with. @throws AwsError when it is gone */
  async #attemptExecution({ version, lambdaFunction: { slots } }: Target, text: string): Promise<Attempt> {
    const { arn, version: number } = version.configuration;
    const target = this.target(arn, number);
    await slots.take();
    try {
      return await this.#attempt(target, text, randomUUID());
    } finally {
      slots.release();
    }
  }

  async #attempt(target: Target, text: string, requestId: string, { clientContext, tail }: InvokeOptions = {}): Promise<Attempt> {
    if (tail !== undefined) this.#tails.set(requestId, tail);
    const context = clientContext === undefined ? {} : { clientContext };
    const call = { text, requestId, invokedArn: target.arn, ...context };
    const attempt = await this.#host.clock.whileBusy(() => versionOf(target).invoke(call));
    this.#tails.delete(requestId);
    this.#host.onAttempt(target.version.configuration.name, attempt);
    return attempt;
  }
}

/** An event may wait while a deployment replaces the code: it gets what its name stands for by then. */
function versionOf({ lambdaFunction, qualifier, version }: Target): FunctionVersion {
  return qualifier === undefined || qualifier === latestVersion ? lambdaFunction.target(qualifier).version : version;
}
