import { AwsError } from '../http/aws-error.ts';
import type { Service } from '../service.ts';
import type { Emulator } from './emulator.ts';
import type { Messages } from './messages.ts';

const actions: Readonly<Record<string, string>> = {
  Publish: 'sns:Publish',
  PublishBatch: 'sns:Publish',
  GetTopicAttributes: 'sns:GetTopicAttributes',
  ListSubscriptionsByTopic: 'sns:ListSubscriptionsByTopic',
};

/** SNS, handed on to the emulator. */
export function topicService(messages: Messages, emulator: Emulator): Service {
  return {
    signingName: 'sns',
    protocol: 'sns',
    operations: Object.keys(actions),
    operation: async (request) => {
      const form = new URLSearchParams((await request.body()).toString());
      const action = actions[form.get('Action') ?? ''];
      if (action === undefined) return undefined;
      return {
        needs: messages.needs(action, form.get('TopicArn') ?? '*'),
        answer: async (reply) => {
          // What fauxqs says of a topic that it does not know depends on the operation.
          if (!messages.hasTopic(form.get('TopicArn') ?? '')) throw new AwsError('NotFound', 'Topic does not exist', 404);
          if (action === 'sns:Publish') messages.askToDeliver(form.get('TopicArn') ?? '');
          const answer = await emulator.forward(request.stream.headers, await request.body());
          reply.writeHead(answer.status, answer.headers).end(answer.body);
        },
      };
    },
  };
}
