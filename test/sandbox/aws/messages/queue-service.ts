import { AwsError } from '../http/aws-error.ts';
import type { AwsRequest } from '../http/aws-request.ts';
import { type Input, textOf } from '../http/json-service.ts';
import { pageOf, pageSize } from '../http/page.ts';
import type { Need } from '../iam/authorize.ts';
import type { Operation, Service } from '../service.ts';
import type { Emulator } from './emulator.ts';
import type { Messages } from './messages.ts';
import type { MoveTasks } from './move-tasks.ts';

/** Operations to IAM actions: a batch needs the permission of its single operation. */
const forwarded: Readonly<Record<string, string>> = {
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

interface Own {
  needs(input: Input): readonly [Need, ...Need[]];
  answer(input: Input): unknown;
}

/** SQS: what the emulator has is handed on to it, and the rest is here. */
export function queueService(messages: Messages, emulator: Emulator, tasks: MoveTasks): Service {
  const arnOf = (input: Input) => messages.queueArn(String(input.QueueName ?? String(input.QueueUrl).split('/').at(-1)));
  const own: Readonly<Record<string, Own>> = {
    ListDeadLetterSourceQueues: {
      needs: (input) => messages.needs('sqs:ListDeadLetterSourceQueues', arnOf(input)),
      answer: (input) => {
        if (!messages.queues.has(arnOf(input))) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
        const sources = tasks.sourcesOf(arnOf(input));
        const { items, next } = pageOf(sources, textOf(input, 'NextToken'), pageSize(input.MaxResults, 1000), 'InvalidParameterValue');
        return { queueUrls: items.map(({ name }) => messages.queueUrl(name)), NextToken: next };
      },
    },
    StartMessageMoveTask: {
      needs: (input) => tasks.startNeeds(String(input.SourceArn), input.DestinationArn as string | undefined),
      answer: (input) => tasks.start(String(input.SourceArn), input.DestinationArn as string | undefined),
    },
    ListMessageMoveTasks: {
      needs: (input) => messages.needs('sqs:ListMessageMoveTasks', String(input.SourceArn)),
      // AWS doc: the default is 1, and there is no next page.
      answer: (input) => ({ Results: tasks.list(String(input.SourceArn)).slice(0, pageSize(input.MaxResults, 10, 1)) }),
    },
  };
  const forward = (request: AwsRequest, needs: readonly [Need, ...Need[]], isPoll: boolean): Operation => ({
    needs,
    answer: async (reply, caller) => {
      const answer = await emulator.forward(request.stream.headers, await request.body());
      if (isPoll && !answer.body.includes('"MessageId"')) caller.forget();
      // fauxqs names a host that does not resolve, and clients prefer the URL's host over their endpoint.
      const body = answer.body.toString().replace(/"QueueUrl":"[^"]*\/([^"/]+)"/g, (_, name) => `"QueueUrl":"${messages.queueUrl(name)}"`);
      reply.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(body) }).end(body);
    },
  });
  return {
    signingName: 'sqs',
    protocol: 'json',
    operations: [...Object.keys(forwarded), ...Object.keys(own)],
    operation: async (request) => {
      const name = request.header('x-amz-target')?.replace('AmazonSQS.', '') ?? '';
      const input = await request.json();
      const action = forwarded[name];
      if (action !== undefined) return forward(request, messages.needs(action, arnOf(input)), name === 'ReceiveMessage');
      const operation = own[name];
      return (
        operation && {
          needs: operation.needs(input),
          answer: async (reply) => {
            const output = JSON.stringify(await operation.answer(input));
            reply.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(output);
          },
        }
      );
    },
  };
}
