import { randomUUID } from 'node:crypto';
import { AwsError } from '../http/aws-error.ts';
import type { Need } from '../iam/authorize.ts';
import type { Emulator } from './emulator.ts';
import { type Messages, nameOf, type Queue } from './messages.ts';

interface MoveTask {
  readonly TaskHandle: string;
  readonly SourceArn: string;
  readonly DestinationArn: string;
  /** Milliseconds since 1970. */
  readonly StartedTimestamp: number;
  Status: 'RUNNING' | 'COMPLETED' | 'FAILED';
  ApproximateNumberOfMessagesMoved: number;
}

interface Received {
  readonly Body: string;
  readonly ReceiptHandle: string;
  readonly MessageAttributes?: unknown;
}

/** StartMessageMoveTask, which the emulator lacks: a dead-letter queue's messages go back to where they came from, or to another queue. */
export class MoveTasks {
  readonly #messages: Messages;
  readonly #emulator: Emulator;
  readonly #now: () => number;
  readonly #tasks: MoveTask[] = [];

  constructor(messages: Messages, emulator: Emulator, now: () => number) {
    this.#messages = messages;
    this.#emulator = emulator;
    this.#now = now;
  }

  /** The queues whose redrive policy names this one. */
  sourcesOf(deadLetterArn: string): readonly Queue[] {
    const names = ({ attributes }: Queue) =>
      (JSON.parse(attributes.RedrivePolicy ?? '{}') as { deadLetterTargetArn?: string }).deadLetterTargetArn === deadLetterArn;
    return [...this.#messages.queues.values()].filter(names);
  }

  /** AWS doc: "Permissions required to start a message move task". */
  startNeeds(source: string, destination: string | undefined): [Need, ...Need[]] {
    const target = destination ?? this.#onlySource(source);
    const onSource = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
    return [
      { action: 'sqs:StartMessageMoveTask', resource: source },
      ...onSource.flatMap((action) => this.#messages.needs(action, source)),
      ...(target === undefined ? [] : this.#messages.sendNeeds(target)),
    ];
  }

  /** @throws AwsError `ResourceNotFoundException`, or `InvalidParameterValue` for a queue that is no queue's dead-letter queue, as AWS wants it */
  start(source: string, destination: string | undefined): { readonly TaskHandle: string } {
    const missing = [source, ...(destination === undefined ? [] : [destination])].find((arn) => !this.#messages.queues.has(arn));
    if (missing !== undefined) throw notThere(missing);
    if (this.sourcesOf(source).length === 0) {
      throw new AwsError('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
    }
    if (this.#tasks.some((task) => task.SourceArn === source && task.Status === 'RUNNING')) {
      throw new AwsError(
        'UnsupportedOperation',
        'There is already a task running. Only one active task is allowed for a source queue arn.',
      );
    }
    const target = destination ?? this.#onlySource(source);
    if (target === undefined)
      throw new AwsError('UnsupportedOperation', 'The sandbox does not know from which of several queues a message came.');
    const task: MoveTask = {
      TaskHandle: randomUUID(),
      SourceArn: source,
      DestinationArn: target,
      StartedTimestamp: this.#now(),
      Status: 'RUNNING',
      ApproximateNumberOfMessagesMoved: 0,
    };
    this.#tasks.unshift(task);
    void this.#move(task);
    return { TaskHandle: task.TaskHandle };
  }

  /** Newest first. @throws AwsError `ResourceNotFoundException` */
  list(source: string): readonly MoveTask[] {
    if (!this.#messages.queues.has(source)) throw notThere(source);
    return this.#tasks.filter((task) => task.SourceArn === source);
  }

  #onlySource(deadLetterArn: string): string | undefined {
    const [first, ...others] = this.sourcesOf(deadLetterArn);
    return first === undefined || others.length > 0 ? undefined : this.#messages.queueArn(first.name);
  }

  async #move(task: MoveTask): Promise<void> {
    const from = { QueueUrl: this.#messages.queueUrl(nameOf(task.SourceArn)) };
    const to = { QueueUrl: this.#messages.queueUrl(nameOf(task.DestinationArn)) };
    try {
      for (;;) {
        const answer = await this.#emulator.queue('ReceiveMessage', { ...from, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] });
        const received = (answer.Messages ?? []) as readonly Received[];
        if (received.length === 0) break;
        for (const { Body, ReceiptHandle, MessageAttributes } of received) {
          await this.#emulator.queue('SendMessage', { ...to, MessageBody: Body, MessageAttributes });
          await this.#emulator.queue('DeleteMessage', { ...from, ReceiptHandle });
          task.ApproximateNumberOfMessagesMoved += 1;
        }
      }
      task.Status = 'COMPLETED';
    } catch {
      task.Status = 'FAILED';
    }
  }
}

function notThere(arn: string): AwsError {
  return new AwsError('ResourceNotFoundException', `The resource that you specified for ${arn} doesn't exist.`, 404);
}
