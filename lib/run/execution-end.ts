import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { GetDurableExecutionCommand, type LambdaClient } from '@aws-sdk/client-lambda';

/** Whether a durable execution goes on no more, however it ended. */
export type HasEnded = (executionArn: string) => Promise<boolean>;

/**
 * Asks Lambda, which may end an execution without a word to its code: a person stopped it, its time was over, it met a limit. One that Lambda
 * does not know any more ended longer ago than it keeps them.
 */
export function executionEndIn(client: LambdaClient): HasEnded {
  return async (DurableExecutionArn) => {
    try {
      const { Status } = await client.send(new GetDurableExecutionCommand({ DurableExecutionArn }));
      return Status !== 'RUNNING';
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return true;
      throw error;
    }
  };
}

/** Of a claim that says that its run goes on: whether its time is over, or Lambda has ended its execution. @param now in ms since the epoch */
export async function hasLapsed(
  { leaseUntil, execution }: Readonly<Record<string, AttributeValue>>,
  now: number,
  hasEnded: HasEnded,
): Promise<boolean> {
  return Number(leaseUntil?.N) < now || (execution?.S !== undefined && (await hasEnded(execution.S)));
}
