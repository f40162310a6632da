import type { IncomingHttpHeaders } from 'node:http';
import { buildApp } from 'fauxqs';
import { type Answer, Forwarder } from '../http/forward.ts';
import type { Input } from '../http/json-service.ts';

type App = ReturnType<typeof buildApp>;
type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
type SqsStore = NonNullable<Stores['sqsStore']>;
type SnsStore = NonNullable<Stores['snsStore']>;

interface Message {
  sentTimestamp: number;
  delayUntil?: number;
}

/** What fauxqs keeps of a queue; times are the machine's. */
interface Kept {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  messages: Message[];
  delayedMessages: Message[];
  readonly inflightMessages: Map<string, { readonly message: Message; visibilityDeadline: number }>;
  /** Moves what is visible again. */
  processTimers(): void;
}

/** What SQS tells CloudWatch of a queue. */
export interface Depth {
  readonly name: string;
  readonly visible: number;
  /** 0 for an empty queue. */
  readonly oldestSeconds: number;
}

const defaultRetentionSeconds = 345_600;

/** fauxqs, of which only SQS and SNS are used. */
export class Emulator {
  readonly #app: App;
  readonly #forwarder: Forwarder;
  readonly #region: string;
  readonly #store: SqsStore;
  readonly #undeliverable: Set<string>;
  readonly #now: () => number;
  /** How far ahead of the machine's the sandbox's clock was when it was last looked at. */
  #lead: number;

  private constructor(
    app: App,
    store: SqsStore,
    undeliverable: Set<string>,
    port: number,
    region: string,
    now: () => number,
    lead: number,
  ) {
    this.#app = app;
    this.#store = store;
    this.#undeliverable = undeliverable;
    this.#now = now;
    this.#lead = lead;
    this.#forwarder = new Forwarder(port);
    this.#region = region;
  }

  static async start(region: string, now: () => number): Promise<Emulator> {
    const [store, lead, undeliverable] = [await makeStore<SqsStore>('sqs', 'SqsStore'), now() - Date.now(), new Set<string>()];
    const snsStore = withholding(await makeStore<SnsStore>('sns', 'SnsStore'), undeliverable);
    // Not its own start function: that one listens on every interface.
    const app = buildApp({ logger: false, defaultRegion: region, stores: { sqsStore: store, snsStore } as Stores });
    // As the proxy's: what it forwards must meet no connection that is being closed.
    app.server.keepAliveTimeout = 0;
    const address = await app.listen({ port: 0, host: '127.0.0.1' });
    return new Emulator(app, store, undeliverable, Number(new URL(address).port), region, now, lead);
  }

  async forward(headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
    this.#catchUp();
    const answer = await this.#forwarder.post(headers, body);
    return this.#lead === 0 ? answer : { ...answer, body: this.#inOwnTime(answer.body) };
  }

  /** @param arn of a queue's subscription: whether it gets what is published from now on */
  setDeliverable(arn: string, isDeliverable: boolean): void {
    if (isDeliverable) this.#undeliverable.delete(arn);
    else this.#undeliverable.add(arn);
  }

  depths(): readonly Depth[] {
    this.#catchUp();
    return this.#queues().map((queue) => {
      queue.processTimers();
      const oldest = messagesOf(queue).reduce((first, { sentTimestamp }) => Math.min(first, sentTimestamp), Date.now());
      return { name: queue.name, visible: queue.messages.length, oldestSeconds: Math.floor((Date.now() - oldest) / 1000) };
    });
  }

  /** @throws Error with what SQS says */
  async queue(operation: string, input: Input): Promise<Input> {
    this.#catchUp();
    const headers = { ...this.#headers('sqs', 'application/x-amz-json-1.0'), 'x-amz-target': `AmazonSQS.${operation}` };
    const answer = await this.#forwarder.post(headers, Buffer.from(JSON.stringify(input)));
    if (answer.status !== 200) throw new Error(`SQS ${operation} failed: ${answer.body}`);
    return JSON.parse(answer.body.toString() || '{}') as Input;
  }

  /** @returns XML. @throws Error with what SNS says */
  async topic(form: Readonly<Record<string, string>>): Promise<string> {
    const body = Buffer.from(new URLSearchParams(form).toString());
    const answer = await this.#forwarder.post(this.#headers('sns', 'application/x-www-form-urlencoded'), body);
    if (answer.status !== 200) throw new Error(`SNS ${form.Action} failed: ${answer.body}`);
    return answer.body.toString();
  }

  async close(): Promise<void> {
    this.#forwarder.close();
    await this.#app.close();
  }

  /**
   * fauxqs hides, delays and dates messages by the machine's clock: what the sandbox's has gone ahead since then, they have waited too. It keeps
   * them for ever, so what a queue would not is thrown away here.
   */
  #catchUp(): void {
    const lead = this.#now() - Date.now();
    const gone = lead - this.#lead;
    // Two clocks that run alike are never read at the same moment.
    if (gone < 100) return;
    this.#lead = lead;
    for (const queue of this.#queues()) {
      for (const hidden of queue.inflightMessages.values()) hidden.visibilityDeadline -= gone;
      for (const message of messagesOf(queue)) {
        message.sentTimestamp -= gone;
        if (message.delayUntil !== undefined) message.delayUntil -= gone;
      }
      expire(queue);
    }
  }

  #queues(): readonly Kept[] {
    return [...this.#store.allQueues()] as unknown as readonly Kept[];
  }

  /** The dates in an answer, by the sandbox's clock. */
  #inOwnTime(body: Buffer): Buffer {
    const dates = /"(SentTimestamp|ApproximateFirstReceiveTimestamp)":"(\d+)"/g;
    return Buffer.from(body.toString().replace(dates, (_, name, at) => `"${name}":"${Math.round(Number(at) + this.#lead)}"`));
  }

  /** fauxqs takes the region of a new resource from the signature's scope. */
  #headers(service: string, contentType: string): Record<string, string> {
    const scope = `AWS4-HMAC-SHA256 Credential=sandbox/20000101/${this.#region}/${service}/aws4_request, SignedHeaders=host, Signature=none`;
    return { authorization: scope, 'content-type': contentType };
  }
}

function messagesOf({ messages, delayedMessages, inflightMessages }: Kept): readonly Message[] {
  return [...messages, ...delayedMessages, ...[...inflightMessages.values()].map(({ message }) => message)];
}

function expire(queue: Kept): void {
  const oldest = Date.now() - Number(queue.attributes.MessageRetentionPeriod ?? defaultRetentionSeconds) * 1000;
  const isKept = ({ sentTimestamp }: Message) => sentTimestamp >= oldest;
  queue.messages = queue.messages.filter(isKept);
  queue.delayedMessages = queue.delayedMessages.filter(isKept);
  for (const [handle, { message }] of queue.inflightMessages) if (!isKept(message)) queue.inflightMessages.delete(handle);
}

/** fauxqs takes stores and does not export their classes. */
async function makeStore<Store>(service: string, name: string): Promise<Store> {
  const module = (await import(new URL(`${service}/${service}Store.js`, import.meta.resolve('fauxqs')).href)) as Readonly<
    Record<string, new () => Store>
  >;
  const Class = module[name];
  if (Class === undefined) throw new Error(`fauxqs has no ${name}.`);
  return new Class();
}

/** fauxqs delivers to every queue that has subscribed: one without an address gets nothing. */
function withholding(store: SnsStore, undeliverable: ReadonlySet<string>): SnsStore {
  const find = store.getSubscription.bind(store);
  store.getSubscription = (arn) => {
    const found = find(arn);
    return found && undeliverable.has(arn) ? { ...found, endpoint: '' } : found;
  };
  return store;
}
