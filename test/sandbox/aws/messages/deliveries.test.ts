import {
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asOperator } from '../fixture/act-as.ts';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

let aws: Aws;
let sns: SNSClient;
let sqs: SQSClient;

beforeAll(async () => {
  const assembly = synthesiseStack((stack) => {
    const topic = new Topic(stack, 'Topic');
    const other = new Topic(stack, 'Other');
    const add = (id: string, more = {}) => {
      const queue = new Queue(stack, `${id}Queue`, more);
      output(stack, id, queue.queueUrl);
      output(stack, `${id}Arn`, queue.queueArn);
      return queue;
    };
    /** As written by hand: a subscription without a word in the queue's policy. */
    const subscribe = (id: string, queue: Queue) =>
      new CfnSubscription(stack, `${id}Subscription`, {
        topicArn: topic.topicArn,
        protocol: 'sqs',
        endpoint: queue.queueArn,
        rawMessageDelivery: true,
      });
    topic.addSubscription(new SqsSubscription(add('open', { enforceSSL: true }), { rawMessageDelivery: true }));
    subscribe('silent', add('silent'));
    const foreign = add('foreign');
    other.addSubscription(new SqsSubscription(foreign, { rawMessageDelivery: true }));
    subscribe('foreign', foreign);
    const denied = add('denied');
    topic.addSubscription(new SqsSubscription(denied, { rawMessageDelivery: true }));
    denied.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['sqs:SendMessage'],
        resources: ['*'],
        conditions: { ArnEquals: { 'aws:SourceArn': topic.topicArn } },
      }),
    );
    const encryptionMasterKey = new Key(stack, 'Key');
    const locked = add('locked', { encryption: QueueEncryption.KMS, encryptionMasterKey });
    locked.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('sns.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [locked.queueArn],
      }),
    );
    subscribe('locked', locked);
    output(stack, 'topic', topic.topicArn);
    output(stack, 'other', other.topicArn);
  });
  aws = await startAws({ assembly });
  await aws.deploy();
  sns = new SNSClient(asOperator(aws));
  sqs = new SQSClient(asOperator(aws));
});
afterAll(() => aws.stop());

const received = async (id: string) => {
  const query = new ReceiveMessageCommand({ QueueUrl: aws.outputs('Test')[id], MaxNumberOfMessages: 10 });
  return ((await sqs.send(query)).Messages ?? []).map(({ Body }) => Body);
};

test('a topic reaches the queues whose policies, and whose keys, let it, and the journal names the others', async () => {
  const { topic: TopicArn, other, ...outputs } = aws.outputs('Test');
  await sns.send(new PublishCommand({ TopicArn, Message: 'first' }));
  await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: [{ Id: '1', Message: 'second' }] }));
  await sns.send(new PublishCommand({ TopicArn: other, Message: 'from the other topic' }));
  expect(await received('open')).toEqual(['first', 'second']);
  expect(await received('foreign')).toEqual(['from the other topic']);
  for (const id of ['silent', 'denied', 'locked']) expect(await received(id)).toEqual([]);
  const refused = aws.journal
    .calls({ principal: 'sns.amazonaws.com', allowed: false })
    .map(({ action, resource }) => `${action} ${resource}`);
  const send = ['silent', 'foreign', 'denied'].map((id) => `sqs:SendMessage ${outputs[`${id}Arn`]}`);
  expect([...new Set(refused)].sort()).toEqual([expect.stringMatching(/^kms:GenerateDataKey /), ...send.sort()]);
});

test('a subscription that gets nothing is listed like any other', async () => {
  const { topic: TopicArn, silentArn } = aws.outputs('Test');
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(Subscriptions.map(({ Endpoint }) => Endpoint)).toContain(silentArn);
  const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
  expect(Attributes).toMatchObject({ SubscriptionsConfirmed: '5', SubscriptionsPending: '0' });
});
