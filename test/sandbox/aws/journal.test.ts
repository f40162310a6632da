import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { asOperator } from './fixture/act-as.ts';
import { output, synthesiseStack } from './fixture/synthesise.ts';
import { startAws } from './index.ts';
import { Ring } from './ring.ts';

test('whatever is added, the newest are kept in their order, and no more than twice the limit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.array(fc.integer(), { maxLength: 9 })), (limit, additions) => {
      const ring = new Ring<number>(limit);
      for (const each of additions) ring.add(...each);
      const all = additions.flat();
      expect(ring.entries).toEqual(all.slice(all.length - ring.entries.length));
      expect(ring.entries.length).toBeGreaterThanOrEqual(Math.min(limit, all.length));
      expect(ring.entries.length).toBeLessThan(2 * limit);
    }),
  );
});

test('polls that find nothing are written down once, however long they go on, and those that find something always', async () => {
  const assembly = synthesiseStack((stack) => {
    const queue = new Queue(stack, 'Queue');
    const code = Code.fromInline('exports.handler = async () => {};');
    const worker = new LambdaFunction(stack, 'Worker', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code });
    worker.addEventSource(new SqsEventSource(queue, { maxConcurrency: 2 }));
    output(stack, 'queue', queue.queueUrl);
  });
  const aws = await startAws({ assembly });
  try {
    await aws.deploy();
    for (let poll = 0; poll < 5; poll += 1) await aws.events.drain();
    const polls = () => aws.journal.calls({ action: 'sqs:ReceiveMessage' }).length;
    expect(polls()).toBe(1);
    const { queue: QueueUrl } = aws.outputs('Test');
    await new SQSClient(asOperator(aws)).send(new SendMessageCommand({ QueueUrl, MessageBody: 'work' }));
    await aws.events.drain();
    await vi.waitFor(() => expect(polls()).toBe(2));
    expect(aws.journal.latest(2)).toEqual(aws.journal.calls().slice(-2));
  } finally {
    await aws.stop();
  }
});
