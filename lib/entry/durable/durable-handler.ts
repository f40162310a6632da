import {
  type DurableContext,
  type DurableExecutionClient,
  type DurableLambdaHandler,
  withDurableExecution,
} from '@aws/durable-execution-sdk-js';
import type { Context } from 'aws-lambda';
import type { PipelineLog } from '../../observe/log.ts';
import type { FanOut } from '../../run/engine.ts';
import { durableEngine } from './durable-engine.ts';
import { InterruptedSteps } from './interrupted-steps.ts';
import { lambdaTransport } from './lambda-transport.ts';
import { asHistoryError } from './scrubbed-error.ts';

/** One invocation of a durable execution, which may be the first or the hundredth. */
export interface DurableInvocation {
  readonly engine: FanOut;
  /** Stays the same for as long as the execution lives. */
  readonly executionArn: string;
  /** The last part of its ARN. */
  readonly executionId: string;
  /** Time left in this invocation, in ms. */
  readonly remainingMs: () => number;
}

/**
 * A durable function without middy: its execution mode for them runs `before` at every resume and `after` never on suspension, hands over
 * no transport, and leaves timers behind in a container that is frozen. What has an effect stands in steps here, so there is nothing for a
 * middleware to do.
 */
export function durableHandler(
  run: (event: unknown, invocation: DurableInvocation) => Promise<unknown>,
  { shardArn, log }: { readonly shardArn: string | undefined; readonly log: PipelineLog },
): DurableLambdaHandler {
  const interrupted = new InterruptedSteps();
  const transport = seeing(lambdaTransport(), interrupted);
  const durable = withDurableExecution(
    (event: unknown, context: DurableContext) => {
      const { durableExecutionArn } = context.executionContext;
      return run(event, {
        engine: durableEngine(context, { shardArn, interrupted, log }),
        executionArn: durableExecutionArn,
        executionId: durableExecutionArn.slice(durableExecutionArn.lastIndexOf('/') + 1),
        remainingMs: () => context.lambdaContext.getRemainingTimeInMillis(),
      }).catch(asHistoryError);
    },
    { durableExecutionClient: transport },
  );
  return async (event, context: Context) => {
    interrupted.begin(event.DurableExecutionArn, event.InitialExecutionState?.Operations);
    const answer = await durable(event, context);
    if (answer.Status === 'PENDING') interrupted.suspended(event.DurableExecutionArn);
    return answer;
  };
}

/** The state comes in pages where it is long: each is looked at for steps that were cut off. */
function seeing(client: DurableExecutionClient, interrupted: InterruptedSteps): DurableExecutionClient {
  return {
    async getExecutionState(request, logger) {
      const answer = await client.getExecutionState(request, logger);
      interrupted.see(answer.Operations);
      return answer;
    },
    checkpoint: (request, logger) => client.checkpoint(request, logger),
  };
}
