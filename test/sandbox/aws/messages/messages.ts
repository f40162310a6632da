import { elementText } from '../http/xml.ts';
import type { Need } from '../iam/authorize.ts';
import type { Gatekeeper } from '../iam/gatekeeper.ts';
import type { Keys } from '../kms/keys.ts';
import type { Service } from '../service.ts';
import { type Depth, Emulator } from './emulator.ts';
import { MoveTasks } from './move-tasks.ts';
import { queueService } from './queue-service.ts';
import { topicService } from './topic-service.ts';

export interface Queue {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly kmsKey: string | undefined;
}

export interface MessagesOptions {
  readonly keys: Keys;
  readonly gatekeeper: Gatekeeper;
  /** The proxy's: what queue URLs start with. */
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly now: () => number;
}

/** A queue that wants what is published to a topic. */
interface QueueSubscription {
  readonly topicArn: string;
  readonly queueArn: string;
}

const keyActions: Readonly<Record<string, readonly string[]>> = {
  'sqs:SendMessage': ['kms:GenerateDataKey', 'kms:Decrypt'],
  'sqs:ReceiveMessage': ['kms:Decrypt'],
  'sns:Publish': ['kms:GenerateDataKey', 'kms:Decrypt'],
};

/** What an attribute is when the template does not say it. */
const defaults = {
  RedrivePolicy: '',
  DelaySeconds: '0',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
};

/** The queues and topics of the deployment. */
export class Messages {
  readonly sqs: Service;
  readonly sns: Service;
  /** By ARN. */
  readonly queues = new Map<string, Queue>();
  readonly #keyOfTopic = new Map<string, string | undefined>();
  readonly #subscriptions = new Map<string, QueueSubscription>();
  readonly #emulator: Emulator;
  readonly #gatekeeper: Gatekeeper;
  readonly #keys: Keys;
  readonly #endpoint: string;
  readonly #region: string;
  readonly #accountId: string;

  private constructor(emulator: Emulator, { keys, gatekeeper, endpoint, region, accountId, now }: MessagesOptions) {
    this.#emulator = emulator;
    this.#gatekeeper = gatekeeper;
    this.#keys = keys;
    this.#endpoint = endpoint;
    this.#region = region;
    this.#accountId = accountId;
    this.sqs = queueService(this, emulator, new MoveTasks(this, emulator, now));
    this.sns = topicService(this, emulator);
  }

  static async start(options: MessagesOptions): Promise<Messages> {
    return new Messages(await Emulator.start(options.region, options.now), options);
  }

  queueArn(name: string): string {
    return `arn:aws:sqs:${this.#region}:${this.#accountId}:${name}`;
  }

  topicArn(name: string): string {
    return `arn:aws:sns:${this.#region}:${this.#accountId}:${name}`;
  }

  queueUrl(name: string): string {
    return `${this.#endpoint}/${this.#accountId}/${name}`;
  }

  /** @throws Error when the name is taken */
  async createQueue(queue: Queue): Promise<void> {
    const arn = this.queueArn(queue.name);
    if (this.queues.has(arn)) throw new Error(`The queue ${queue.name} exists already.`);
    await this.#emulator.queue('CreateQueue', { QueueName: queue.name, Attributes: queue.attributes });
    this.queues.set(arn, queue);
  }

  async changeQueue(queue: Queue): Promise<void> {
    const Attributes = { ...defaults, ...queue.attributes };
    await this.#emulator.queue('SetQueueAttributes', { QueueUrl: this.queueUrl(queue.name), Attributes });
    this.queues.set(this.queueArn(queue.name), queue);
  }

  async deleteQueue(name: string): Promise<void> {
    await this.#emulator.queue('DeleteQueue', { QueueUrl: this.queueUrl(name) });
    this.queues.delete(this.queueArn(name));
  }

  /** @throws Error when the name is taken */
  async createTopic(name: string, kmsKey: string | undefined): Promise<void> {
    if (this.#keyOfTopic.has(this.topicArn(name))) throw new Error(`The topic ${name} exists already.`);
    await this.#emulator.topic({ Action: 'CreateTopic', Name: name });
    this.changeTopic(name, kmsKey);
  }

  hasTopic(arn: string): boolean {
    return this.#keyOfTopic.has(arn);
  }

  changeTopic(name: string, kmsKey: string | undefined): void {
    this.#keyOfTopic.set(this.topicArn(name), kmsKey);
  }

  async deleteTopic(name: string): Promise<void> {
    await this.#emulator.topic({ Action: 'DeleteTopic', TopicArn: this.topicArn(name) });
    this.#keyOfTopic.delete(this.topicArn(name));
  }

  /** Queues get what is published; whoever has another protocol is only listed, since nobody outside the sandbox is told. @returns its ARN */
  async subscribe(topicArn: string, protocol: string, endpoint: string, attributes: Readonly<Record<string, string>>): Promise<string> {
    const form: Record<string, string> = { Action: 'Subscribe', TopicArn: topicArn, Protocol: protocol, Endpoint: endpoint };
    for (const [index, [key, value]] of Object.entries(attributes).entries()) {
      form[`Attributes.entry.${index + 1}.key`] = key;
      form[`Attributes.entry.${index + 1}.value`] = value;
    }
    const arn = elementText(await this.#emulator.topic(form), 'SubscriptionArn') ?? '';
    if (protocol === 'sqs') this.#subscriptions.set(arn, { topicArn, queueArn: endpoint });
    return arn;
  }

  async unsubscribe(subscriptionArn: string): Promise<void> {
    await this.#emulator.topic({ Action: 'Unsubscribe', SubscriptionArn: subscriptionArn });
    this.#subscriptions.delete(subscriptionArn);
  }

  /** An action on a queue or topic, and what its encryption asks besides. */
  needs(action: string, resource: string): [Need, ...Need[]] {
    const context = { [action.startsWith('sqs') ? 'aws:sqs:arn' : 'aws:sns:topicArn']: resource };
    const key = this.queues.get(resource)?.kmsKey ?? this.#keyOfTopic.get(resource);
    return [{ action, resource }, ...this.#keys.needs(key, keyActions[action] ?? [], action.slice(0, 3), context)];
  }

  /** Before a message is published: SNS sends to queues as itself, and only where their policies, and those of their keys, let it for this topic. */
  askToDeliver(topicArn: string): void {
    for (const [arn, subscription] of this.#subscriptions) {
      if (subscription.topicArn !== topicArn) continue;
      const { allowed } = this.#gatekeeper.askAsService('sns.amazonaws.com', this.sendNeeds(subscription.queueArn), topicArn);
      this.#emulator.setDeliverable(arn, allowed);
    }
  }

  /** What sending to a queue asks of whoever sends; for the services that send on their own (Scheduler). */
  sendNeeds(queueArn: string): [Need, ...Need[]] {
    return this.needs('sqs:SendMessage', queueArn);
  }

  async send(queueArn: string, body: string, attributes: Readonly<Record<string, string>> = {}): Promise<void> {
    const messageAttributes = Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]);
    await this.#emulator.queue('SendMessage', {
      QueueUrl: this.queueUrl(nameOf(queueArn)),
      MessageBody: body,
      MessageAttributes: Object.fromEntries(messageAttributes),
    });
  }

  depths(): readonly Depth[] {
    return this.#emulator.depths();
  }

  close(): Promise<void> {
    return this.#emulator.close();
  }
}

/** Of a queue or topic, by its ARN. */
export function nameOf(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}
