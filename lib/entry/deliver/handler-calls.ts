import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Webhook } from '../../declare/webhook.ts';
import { environment, optional } from '../../env.ts';
import { awsClientOptions } from '../../http/aws-request-handler.ts';
import { callBudgets } from '../../run/call-budgets.ts';
import { type SharedPause, sharedPauseIn } from '../../run/shared-pause.ts';
import type { Calls } from '../../session/session.ts';
import { caller } from '../caller.ts';

/** In ms: what Box asks for longer, an event waits for in its queue, where nobody pays for it. */
const longestWaitMs = 10_000;

/** How much one container may call: its part of what all may together that the event source runs at once, as whomever they call. */
export function handlerCalls({ concurrency }: Pick<Webhook, 'concurrency'>): Calls {
  const budgets = callBudgets({ containers: concurrency, containersOfUser: concurrency, shared: openSharedPause() });
  return { budgets, longestWaitMs };
}

function openSharedPause(): SharedPause | undefined {
  const table = optional(environment.runsTable);
  return table === undefined ? undefined : sharedPauseIn({ client: new DynamoDBClient({ ...awsClientOptions() }), table, ...caller() });
}
