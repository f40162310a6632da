import { setTimeout as pause } from 'node:timers/promises';
import { AwsError } from '../../http/aws-error.ts';
import type { Lambda } from '../lambda.ts';
import { failedItems } from './batch-answer.ts';
import { type QueueMessage, sqsEvent } from './sqs-event.ts';

/** AWS::Lambda::EventSourceMapping of a standard queue. */
export interface EventSourceMapping {
  readonly id: string;
  /** Name or ARN, with the qualifier that it invokes. */
  readonly functionReference: string;
  readonly queueArn: string;
  readonly queueUrl: string;
  readonly isEnabled: boolean;
  readonly batchSize: number;
  /** How long a batch that is not full waits for more messages. */
  readonly windowSeconds: number;
  readonly reportsItemFailures: boolean;
  /** Invocations at a time. */
  readonly maximumConcurrency: number;
}

/** What `drain` did. */
export interface Drained {
  readonly batches: number;
  /** Deliveries: a message that comes back counts again. */
  readonly messages: number;
}

/** SQS gives no more at once. */
const messagesPerCall = 10;
/** Bytes; an invocation takes no more than 6 MB, and the next call may bring as much as ten messages of 1 MB. */
const fullBatch = 5 * 1024 * 1024;
const retrySeconds = 1;

/** Polls queues for functions, with their roles. Nothing happens by itself until `start`; tests `drain`. */
export class EventSources {
  readonly #lambda: Lambda;
  readonly #region: string;
  readonly #mappings = new Map<string, EventSourceMapping>();
  readonly #loops: Promise<void>[] = [];
  #isRunning = false;

  constructor(lambda: Lambda, region: string) {
    this.#lambda = lambda;
    this.#region = region;
  }

  put(mapping: EventSourceMapping): void {
    const isNew = !this.#mappings.has(mapping.id);
    this.#mappings.set(mapping.id, mapping);
    if (this.#isRunning && isNew) this.#loop(mapping.id);
  }

  remove(id: string): void {
    this.#mappings.delete(id);
  }

  /**
   * Invokes until no queue has a visible message left and no event is under way. A batch that failed stays invisible for the queue's visibility timeout.
   * @throws AwsError when a role may not read its queue
   */
  async drain(): Promise<Drained> {
    const total = { batches: 0, messages: 0 };
    for (let before = -1; before !== total.batches; ) {
      before = total.batches;
      const enabled = [...this.#mappings.values()].filter(({ isEnabled }) => isEnabled);
      await Promise.all(enabled.map((mapping) => this.#drainOne(mapping, total)));
      await this.#lambda.idle();
    }
    return total;
  }

  /** Polls on its own from now on, as AWS does. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (const id of this.#mappings.keys()) this.#loop(id);
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await Promise.all(this.#loops);
  }

  async #drainOne(mapping: EventSourceMapping, total: { batches: number; messages: number }): Promise<void> {
    const poll = async (): Promise<void> => {
      for (let batch = await this.#gather(mapping, 0); batch.length > 0; batch = await this.#gather(mapping, 0)) {
        total.batches += 1;
        total.messages += batch.length;
        await this.#process(mapping, batch);
      }
    };
    await Promise.all(Array.from({ length: mapping.maximumConcurrency }, poll));
  }

  #loop(id: string): void {
    const concurrency = this.#mappings.get(id)?.maximumConcurrency ?? 0;
    for (let poller = 0; poller < concurrency; poller += 1) this.#loops.push(this.#poll(id));
  }

  async #poll(id: string): Promise<void> {
    for (let mapping = this.#mappings.get(id); this.#isRunning && mapping !== undefined; mapping = this.#mappings.get(id)) {
      try {
        const batch = mapping.isEnabled ? await this.#gather(mapping, mapping.windowSeconds) : [];
        if (batch.length > 0) await this.#process(mapping, batch);
        else await pause(100);
      } catch {
        // As on AWS, a queue that cannot be read is tried again.
        if (this.#isRunning) await pause(retrySeconds * 1000);
      }
    }
  }

  async #gather(mapping: EventSourceMapping, windowSeconds: number): Promise<QueueMessage[]> {
    const until = performance.now() + windowSeconds * 1000;
    const batch: QueueMessage[] = [];
    let bytes = 0;
    while (batch.length < mapping.batchSize && bytes < fullBatch) {
      const received = await this.#receive(mapping, Math.min(messagesPerCall, mapping.batchSize - batch.length));
      batch.push(...received);
      bytes += received.reduce((sum, { Body }) => sum + Buffer.byteLength(Body), 0);
      if (received.length > 0) continue;
      if (performance.now() >= until || !this.#isRunning) break;
      await pause(100);
    }
    return batch;
  }

  async #receive({ functionReference, queueUrl }: EventSourceMapping, most: number): Promise<readonly QueueMessage[]> {
    const { role } = this.#lambda.target(functionReference).version.configuration;
    const { Messages = [] } = await this.#lambda.roleClient.queue(role, 'ReceiveMessage', {
      QueueUrl: queueUrl,
      MaxNumberOfMessages: most,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    return Messages as readonly QueueMessage[];
  }

  async #process(mapping: EventSourceMapping, batch: readonly QueueMessage[]): Promise<void> {
    const failed = new Set(await this.#failures(mapping, batch));
    const done = batch.filter(({ MessageId }) => !failed.has(MessageId));
    const { role } = this.#lambda.target(mapping.functionReference).version.configuration;
    for (let from = 0; from < done.length; from += messagesPerCall) {
      const Entries = done.slice(from, from + messagesPerCall).map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await this.#lambda.roleClient.queue(role, 'DeleteMessageBatch', { QueueUrl: mapping.queueUrl, Entries }).catch(unlessFailed);
    }
  }

  async #failures(mapping: EventSourceMapping, batch: readonly QueueMessage[]): Promise<readonly string[]> {
    const ids = batch.map(({ MessageId }) => MessageId);
    try {
      const target = this.#lambda.target(mapping.functionReference);
      const { outcome, payload } = await this.#lambda.invokeTarget(target, sqsEvent(batch, mapping.queueArn, this.#region));
      if (outcome !== 'response') return ids;
      return mapping.reportsItemFailures ? failedItems(payload, ids) : [];
    } catch {
      // Throttled: the messages become visible again.
      return ids;
    }
  }
}

/** What could not be deleted comes again, as on AWS; a role that may not is a mistake. */
function unlessFailed(error: unknown): void {
  if (!(error instanceof AwsError) || error.status < 500) throw error;
}
