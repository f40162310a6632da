import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import type { RunWatch } from '../../declare/capability.ts';
import { environment, json, required } from '../../env.ts';
import { NightporterError } from '../../errors.ts';
import { awsClientOptions } from '../../http/aws-request-handler.ts';
import { watchedScheduleSchema } from '../../run/due-time.ts';
import { executionEndIn } from '../../run/execution-end.ts';
import { missingRuns } from '../../run/watch.ts';
import type { CapabilityProvider } from '../provider.ts';

/** `runs:watch`: which due runs nobody has claimed. */
export const capability: CapabilityProvider = {
  async prepare() {
    const schedules = z.array(watchedScheduleSchema).safeParse(json(environment.schedules));
    if (!schedules.success)
      throw new NightporterError('ENVIRONMENT_INVALID', `Deploy again: ${environment.schedules} must list the schedules.`);
    const client = new DynamoDBClient({ ...awsClientOptions() });
    const hasEnded = executionEndIn(new LambdaClient({ ...awsClientOptions() }));
    const table = required(environment.runsTable);
    const runs: RunWatch = {
      missing: (now) => missingRuns({ client, table, hasEnded }, schedules.data, now),
    };
    return () => ({ properties: { runs } });
  },
};
