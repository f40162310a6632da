import { buildApp } from 'fauxqs';
import type { AwsRequest } from './http/aws-request.ts';
import { type Answer, Forwarder } from './http/forward.ts';
import type { Need } from './iam/authorize.ts';
import type { Keys } from './kms.ts';
import type { Operation, Service } from './service.ts';

type Input = Readonly<Record<string, unknown>>;
type App = ReturnType<typeof buildApp>;

/** Operations to IAM actions: a batch needs the permission of its single operation. */
const queueActions: Readonly<Record<string, string>> = {
  SendMessage: 'sqs:SendMessage',
  SendMessageBatch: 'sqs:SendMessage',
  ReceiveMessage: 'sqs:ReceiveMessage',
  DeleteMessage: 'sqs:DeleteMessage',
  DeleteMessageBatch: 'sqs:DeleteMessage',
  ChangeMessageVisibility: 'sqs:ChangeMessageVisibility',
  ChangeMessageVisibilityBatch: 'sqs:ChangeMessageVisibility',
  GetQueueAttributes: 'sqs:GetQueueAttributes',
  GetQueueUrl: 'sqs:GetQueueUrl',
  PurgeQueue: 'sqs:PurgeQueue',
};
const topicActions: Readonly<Record<string, string>> = { Publish: 'sns:Publish', PublishBatch: 'sns:Publish' };
const keyActions: Readonly<Record<string, readonly string[]>> = {
  'sqs:SendMessage': ['kms:GenerateDataKey', 'kms:Decrypt'],
  'sqs:ReceiveMessage': ['kms:Decrypt'],
  'sns:Publish': ['kms:GenerateDataKey', 'kms:Decrypt'],
};

/** SQS and SNS by fauxqs; its S3 is not used. */
export class Messages {
  readonly sqs: Service = { signingName: 'sqs', protocol: 'json', operation: (request) => this.#queueOperation(request) };
  readonly sns: Service = { signingName: 'sns', protocol: 'query', operation: (request) => this.#topicOperation(request) };
  readonly #keyOf = new Map<string, string>();
  readonly #app: App;
  readonly #forwarder: Forwarder;
  readonly #keys: Keys;
  readonly #endpoint: string;
  readonly #region: string;
  readonly #accountId: string;

  private constructor(app: App, port: number, keys: Keys, endpoint: string, region: string, accountId: string) {
    this.#app = app;
    this.#forwarder = new Forwarder(port);
    this.#keys = keys;
    this.#endpoint = endpoint;
    this.#region = region;
    this.#accountId = accountId;
  }

  /** @param endpoint the proxy's: what queue URLs start with */
  static async start(keys: Keys, endpoint: string, region: string, accountId: string): Promise<Messages> {
    // Not its own start function: that one listens on every interface.
    const app = buildApp({ logger: false, defaultRegion: region });
    const address = await app.listen({ port: 0, host: '127.0.0.1' });
    return new Messages(app, Number(new URL(address).port), keys, endpoint, region, accountId);
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

  async createQueue(name: string, attributes: Readonly<Record<string, string>>, kmsKey: string | undefined): Promise<void> {
    await this.#callQueue('CreateQueue', { QueueName: name, Attributes: attributes });
    if (kmsKey !== undefined) this.#keyOf.set(this.queueArn(name), kmsKey);
  }

  async createTopic(name: string, kmsKey: string | undefined): Promise<void> {
    const body = Buffer.from(new URLSearchParams({ Action: 'CreateTopic', Name: name }).toString());
    const answer = await this.#forwarder.post(this.#headers('sns', 'application/x-www-form-urlencoded'), body);
    if (answer.status !== 200) throw new Error(`The topic ${name} could not be made: ${answer.body}`);
    if (kmsKey !== undefined) this.#keyOf.set(this.topicArn(name), kmsKey);
  }

  /** What sending to a queue asks of whoever sends; for the services that send on their own (failure destinations, Scheduler). */
  sendNeeds(queueArn: string): [Need, ...Need[]] {
    return this.#needs('sqs:SendMessage', queueArn);
  }

  async send(queueArn: string, body: string, attributes: Readonly<Record<string, string>> = {}): Promise<void> {
    const messageAttributes = Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]);
    await this.#callQueue('SendMessage', {
      QueueUrl: this.queueUrl(lastPart(queueArn)),
      MessageBody: body,
      MessageAttributes: Object.fromEntries(messageAttributes),
    });
  }

  async close(): Promise<void> {
    this.#forwarder.close();
    await this.#app.close();
  }

  async #queueOperation(request: AwsRequest): Promise<Operation | undefined> {
    const action = queueActions[request.header('x-amz-target')?.replace('AmazonSQS.', '') ?? ''];
    if (action === undefined) return undefined;
    const input = await request.json();
    const name = String(input.QueueName ?? String(input.QueueUrl).split('/').at(-1));
    return this.#forwarded(request, this.#needs(action, this.queueArn(name)));
  }

  async #topicOperation(request: AwsRequest): Promise<Operation | undefined> {
    const form = new URLSearchParams((await request.body()).toString());
    const action = topicActions[form.get('Action') ?? ''];
    return action === undefined ? undefined : this.#forwarded(request, this.#needs(action, form.get('TopicArn') ?? '*'));
  }

  #needs(action: string, resource: string): [Need, ...Need[]] {
    const context = { [action.startsWith('sqs') ? 'aws:sqs:arn' : 'aws:sns:topicArn']: resource };
    const service = action.slice(0, 3);
    return [{ action, resource }, ...this.#keys.needs(this.#keyOf.get(resource), keyActions[action] ?? [], service, context)];
  }

  #forwarded(request: AwsRequest, needs: readonly [Need, ...Need[]]): Operation {
    return {
      needs,
      answer: async (reply) => {
        const answer = await this.#forwarder.post(request.stream.headers, await request.body());
        // fauxqs names a host that does not resolve, and clients prefer the URL's host over their endpoint.
        const body = answer.body.toString().replace(/"QueueUrl":"[^"]*\/([^"/]+)"/g, (_, name) => `"QueueUrl":"${this.queueUrl(name)}"`);
        reply.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(body) }).end(body);
      },
    };
  }

  async #callQueue(operation: string, input: Input): Promise<Answer> {
    const headers = { ...this.#headers('sqs', 'application/x-amz-json-1.0'), 'x-amz-target': `AmazonSQS.${operation}` };
    const answer = await this.#forwarder.post(headers, Buffer.from(JSON.stringify(input)));
    if (answer.status !== 200) throw new Error(`SQS ${operation} failed: ${answer.body}`);
    return answer;
  }

  /** fauxqs takes the region of a new resource from the signature's scope. */
  #headers(service: string, contentType: string): Record<string, string> {
    const scope = `AWS4-HMAC-SHA256 Credential=sandbox/20000101/${this.#region}/${service}/aws4_request, SignedHeaders=host, Signature=none`;
    return { authorization: scope, 'content-type': contentType };
  }
}

function lastPart(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}
