import { setTimeout as sleep } from 'node:timers/promises';
import { GetDurableExecutionCommand, type LambdaClient, ListDurableExecutionsByFunctionCommand } from '@aws-sdk/client-lambda';
import type { Attempt, Aws } from './aws/index.ts';

/** ARNs of a function's executions, the newest first. */
export async function executionsOf(client: LambdaClient, FunctionName: string): Promise<readonly string[]> {
  const listed = await client.send(new ListDurableExecutionsByFunctionCommand({ FunctionName, ReverseOrder: true, MaxItems: 1000 }));
  return (listed.DurableExecutions ?? []).map(({ DurableExecutionArn = '' }) => DurableExecutionArn);
}

/** Waits for the end of the execution that was started last, and tells of it as of an invocation. */
export async function durableEnd(client: LambdaClient, aws: Pick<Aws, 'now'>, functionName: string): Promise<Attempt> {
  const [DurableExecutionArn] = await executionsOf(client, functionName);
  if (DurableExecutionArn === undefined) throw new Error(`${functionName} is durable, and no execution of it was started.`);
  const startedAt = aws.now();
  for (;;) {
    const { Status, Result, Error: error, Version = '' } = await client.send(new GetDurableExecutionCommand({ DurableExecutionArn }));
    if (Status === 'RUNNING') {
      await sleep(20);
      continue;
    }
    const common = { durationMs: aws.now() - startedAt, requestId: DurableExecutionArn, coldStart: false, executedVersion: Version };
    if (Status === 'SUCCEEDED') return { ...common, outcome: 'response', payload: JSON.parse(Result ?? 'null') };
    return { ...common, outcome: 'error', payload: { errorType: error?.ErrorType, errorMessage: error?.ErrorMessage } };
  }
}
