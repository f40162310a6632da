import { randomUUID } from 'node:crypto';
import { post } from './post.ts';
import { type SignatureKeys, signedHeaders } from './signature.ts';
import type { Attempt, Message, Webhook } from './webhook.ts';

export interface DeliveryOptions {
  readonly keys: SignatureKeys;
  /** How long an address may take to answer, in real milliseconds. */
  readonly timeout: number;
}

const minute = 60_000;
/** When Box tries again, counted from the first attempt: twelve times, over two hours. */
const retries = [0.25, 0.75, 2, 4, 8, 15, 25, 40, 60, 80, 100, 120].map((minutes) => minutes * minute);
const keptAttempts = 100_000;

/** Messages on their way. They leave when `deliverDue` is called, by the simulator's clock; nothing leaves by itself. */
export class DeliveryQueue {
  readonly #now: () => number;
  readonly #timeout: number;
  #keys: SignatureKeys;
  #waiting: Message[] = [];
  /** Out of the queue for as long: two calls of `deliverDue` must not send one twice. */
  readonly #underWay = new Set<Message>();
  #attempts: Attempt[] = [];

  constructor(now: () => number, { keys, timeout }: DeliveryOptions) {
    this.#now = now;
    this.#keys = keys;
    this.#timeout = timeout;
  }

  /** As changed in the developer console: from the next attempt on. */
  setKeys(keys: SignatureKeys): void {
    this.#keys = keys;
  }

  get keys(): SignatureKeys {
    return this.#keys;
  }

  get waiting(): readonly Message[] {
    return this.#waiting;
  }

  /** The last 100,000, oldest first. */
  get attempts(): readonly Attempt[] {
    return this.#attempts;
  }

  /** The moment for which to set the clock next, in milliseconds; undefined when nothing waits. */
  get nextDueAt(): number | undefined {
    return this.#waiting.length === 0
      ? undefined
      : this.#waiting.reduce((least, { dueAt }) => Math.min(least, dueAt), Number.POSITIVE_INFINITY);
  }

  add(message: Message): void {
    this.#waiting.push(message);
  }

  /** Messages of a webhook that is no more. One that is under way may arrive still; it is not sent again. */
  drop(webhook: Webhook): void {
    this.#waiting = this.#waiting.filter((message) => message.webhook !== webhook);
    for (const message of this.#underWay) if (message.webhook === webhook) this.#underWay.delete(message);
  }

  /** Sends once what is due by now; what is not answered with 2xx in time waits for its next turn. @param concurrency how many at a time; default 4. */
  async deliverDue(concurrency = 4): Promise<readonly Attempt[]> {
    const now = this.#now();
    const due = this.#waiting.filter(({ dueAt }) => dueAt <= now);
    const made: Attempt[] = [];
    const next = due.values();
    const worker = async () => {
      for (const message of next) {
        // Meanwhile its webhook may have gone, or another call may have sent it.
        if (message.dueAt <= now && this.#waiting.includes(message)) made.push(await this.#attempt(message, now));
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    this.#attempts.push(...made);
    if (this.#attempts.length > 2 * keptAttempts) this.#attempts = this.#attempts.slice(-keptAttempts);
    return made;
  }

  async #attempt(message: Message, at: number): Promise<Attempt> {
    const { id, trigger, webhook, body } = message;
    const deliveryId = randomUUID();
    const number = ++message.attempts;
    this.#waiting = this.#waiting.filter((other) => other !== message);
    this.#underWay.add(message);
    const status = await post(webhook.address, signedHeaders(body, this.#keys, at, deliveryId), body, this.#timeout);
    const arrived = status >= 200 && status < 300;
    const isWanted = this.#underWay.delete(message);
    const retry = arrived || !isWanted ? undefined : retries[number - 1];
    if (arrived) webhook.lastSuccessAt = at;
    if (retry !== undefined) {
      message.dueAt = message.firstDueAt + retry;
      this.#waiting.push(message);
    }
    return { at, webhookId: webhook.id, messageId: id, deliveryId, trigger, number, status, last: arrived || retry === undefined };
  }
}
