import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { environment, required } from '../../env.ts';
import { awsClientOptions } from '../../http/aws-request-handler.ts';
import { noticesTo } from '../../sink/notices.ts';
import type { CapabilityProvider } from '../provider.ts';

/** `notify:send`: messages to whoever gets the alarms. */
export const capability: CapabilityProvider = {
  async prepare() {
    const parts = {
      sns: new SNSClient({ ...awsClientOptions() }),
      topicArn: required(environment.notifyTopicArn),
      client: new DynamoDBClient({ ...awsClientOptions() }),
      table: required(environment.runsTable),
    };
    return ({ run: { job }, signal }) => ({ properties: { notify: noticesTo({ ...parts, job, signal }) } });
  },
};
