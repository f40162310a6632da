import * as Sns from '@aws-sdk/client-sns';
import * as Sqs from '@aws-sdk/client-sqs';
import type { Place } from './place.ts';
import type { Tour } from './stop.ts';

const queue = ({ outputs }: Place) => ({ QueueUrl: outputs.queue });
const nowhere = ({ outputs }: Place) => ({ QueueUrl: outputs.queue?.replace(/[^/]+$/, 'nobody') });
const noArn = ({ outputs }: Place) => outputs.lettersArn?.replace(/[^:]+$/, 'nobody');
const body = { MessageBody: 'text' };
const entry = { Id: '1', ...body };
const nobody = 'QueueDoesNotExist';

async function received(place: Place) {
  await place.sqs.send(new Sqs.PurgeQueueCommand(queue(place))).catch(() => {});
  await place.sqs.send(new Sqs.SendMessageCommand({ ...queue(place), ...body }));
  const { Messages = [] } = await place.sqs.send(new Sqs.ReceiveMessageCommand(queue(place)));
  return { ReceiptHandle: Messages[0]?.ReceiptHandle };
}
const handle = { ReceiptHandle: 'nobody' };

export const sqs: Tour = {
  SendMessage: {
    works: (place) => place.sqs.send(new Sqs.SendMessageCommand({ ...queue(place), ...body })),
    refused: [nobody, (place) => place.sqs.send(new Sqs.SendMessageCommand({ ...nowhere(place), ...body }))],
  },
  SendMessageBatch: {
    works: (place) => place.sqs.send(new Sqs.SendMessageBatchCommand({ ...queue(place), Entries: [entry] })),
    refused: [
      'BatchEntryIdsNotDistinct',
      (place) => place.sqs.send(new Sqs.SendMessageBatchCommand({ ...queue(place), Entries: [entry, entry] })),
    ],
  },
  ReceiveMessage: {
    works: (place) => place.sqs.send(new Sqs.ReceiveMessageCommand(queue(place))),
    refused: [nobody, (place) => place.sqs.send(new Sqs.ReceiveMessageCommand(nowhere(place)))],
  },
  DeleteMessage: {
    works: async (place) => place.sqs.send(new Sqs.DeleteMessageCommand({ ...queue(place), ...(await received(place)) })),
    refused: [nobody, (place) => place.sqs.send(new Sqs.DeleteMessageCommand({ ...nowhere(place), ...handle }))],
  },
  DeleteMessageBatch: {
    works: async (place) => {
      const Entries = [{ Id: '1', ...(await received(place)) }];
      return place.sqs.send(new Sqs.DeleteMessageBatchCommand({ ...queue(place), Entries }));
    },
    refused: [
      nobody,
      (place) => place.sqs.send(new Sqs.DeleteMessageBatchCommand({ ...nowhere(place), Entries: [{ Id: '1', ...handle }] })),
    ],
  },
  ChangeMessageVisibility: {
    works: async (place) => {
      const change = { ...queue(place), ...(await received(place)), VisibilityTimeout: 1 };
      return place.sqs.send(new Sqs.ChangeMessageVisibilityCommand(change));
    },
    refused: [
      nobody,
      (place) => place.sqs.send(new Sqs.ChangeMessageVisibilityCommand({ ...nowhere(place), ...handle, VisibilityTimeout: 1 })),
    ],
  },
  ChangeMessageVisibilityBatch: {
    works: async (place) => {
      const Entries = [{ Id: '1', ...(await received(place)), VisibilityTimeout: 1 }];
      return place.sqs.send(new Sqs.ChangeMessageVisibilityBatchCommand({ ...queue(place), Entries }));
    },
    refused: [
      nobody,
      (place) => {
        const Entries = [{ Id: '1', ...handle, VisibilityTimeout: 1 }];
        return place.sqs.send(new Sqs.ChangeMessageVisibilityBatchCommand({ ...nowhere(place), Entries }));
      },
    ],
  },
  GetQueueAttributes: {
    works: (place) => place.sqs.send(new Sqs.GetQueueAttributesCommand({ ...queue(place), AttributeNames: ['All'] })),
    refused: [nobody, (place) => place.sqs.send(new Sqs.GetQueueAttributesCommand(nowhere(place)))],
  },
  GetQueueUrl: {
    works: ({ sqs: client, outputs }) => client.send(new Sqs.GetQueueUrlCommand({ QueueName: outputs.queue?.split('/').at(-1) })),
    refused: [nobody, ({ sqs: client }) => client.send(new Sqs.GetQueueUrlCommand({ QueueName: 'nobody' }))],
  },
  PurgeQueue: {
    works: ({ sqs: client, outputs }) => client.send(new Sqs.PurgeQueueCommand({ QueueUrl: outputs.letters })),
    refused: [nobody, (place) => place.sqs.send(new Sqs.PurgeQueueCommand(nowhere(place)))],
  },
  ListDeadLetterSourceQueues: {
    works: ({ sqs: client, outputs }) => client.send(new Sqs.ListDeadLetterSourceQueuesCommand({ QueueUrl: outputs.letters })),
    refused: [nobody, (place) => place.sqs.send(new Sqs.ListDeadLetterSourceQueuesCommand(nowhere(place)))],
  },
  StartMessageMoveTask: {
    works: ({ sqs: client, outputs }) => client.send(new Sqs.StartMessageMoveTaskCommand({ SourceArn: outputs.lettersArn })),
    refused: ['ResourceNotFoundException', (place) => place.sqs.send(new Sqs.StartMessageMoveTaskCommand({ SourceArn: noArn(place) }))],
  },
  ListMessageMoveTasks: {
    works: ({ sqs: client, outputs }) => client.send(new Sqs.ListMessageMoveTasksCommand({ SourceArn: outputs.lettersArn })),
    refused: ['ResourceNotFoundException', (place) => place.sqs.send(new Sqs.ListMessageMoveTasksCommand({ SourceArn: noArn(place) }))],
  },
};

const topic = ({ outputs }: Place) => ({ TopicArn: outputs.topic });
const noTopic = ({ outputs }: Place) => ({ TopicArn: outputs.topic?.replace(/[^:]+$/, 'nobody') });
const entries = { PublishBatchRequestEntries: [{ Id: '1', Message: 'text' }] };
const notFound = 'NotFoundException';

export const sns: Tour = {
  Publish: {
    works: (place) => place.sns.send(new Sns.PublishCommand({ ...topic(place), Message: 'text' })),
    refused: [notFound, (place) => place.sns.send(new Sns.PublishCommand({ ...noTopic(place), Message: 'text' }))],
  },
  PublishBatch: {
    works: (place) => place.sns.send(new Sns.PublishBatchCommand({ ...topic(place), ...entries })),
    refused: [notFound, (place) => place.sns.send(new Sns.PublishBatchCommand({ ...noTopic(place), ...entries }))],
  },
  GetTopicAttributes: {
    works: (place) => place.sns.send(new Sns.GetTopicAttributesCommand(topic(place))),
    refused: [notFound, (place) => place.sns.send(new Sns.GetTopicAttributesCommand(noTopic(place)))],
  },
  ListSubscriptionsByTopic: {
    works: (place) => place.sns.send(new Sns.ListSubscriptionsByTopicCommand(topic(place))),
    refused: [notFound, (place) => place.sns.send(new Sns.ListSubscriptionsByTopicCommand(noTopic(place)))],
  },
};
