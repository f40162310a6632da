import type { DurableExecutionClient } from '@aws/durable-execution-sdk-js';
import { CheckpointDurableExecutionCommand, GetDurableExecutionStateCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { awsClientOptions } from '../../http/aws-request-handler.ts';

/** The durable SDK's transport over our connections: its own loads the whole client when the first step is taken. */
export function lambdaTransport(): DurableExecutionClient {
  const client = new LambdaClient({ ...awsClientOptions(), maxAttempts: 6 });
  return {
    getExecutionState: (request) =>
      client.send(new GetDurableExecutionStateCommand(request)) as ReturnType<DurableExecutionClient['getExecutionState']>,
    checkpoint: (request) =>
      client.send(new CheckpointDurableExecutionCommand(request)) as ReturnType<DurableExecutionClient['checkpoint']>,
  };
}
