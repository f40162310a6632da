import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { environment } from '../../../lib/env.ts';
import { dueKey } from '../../../lib/run/due-key.ts';
import { lastDueTime, type WatchedSchedule, watchedScheduleSchema } from '../../../lib/run/due-time.ts';
import { askAws } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';
import type { DeployedJob } from '../deployed-jobs.ts';
import { settingsOfFunction } from './function-settings.ts';
import type { RunRecord } from './run-record.ts';

/** A schedule as the watch for missing runs was deployed with. */
export type Schedule = WatchedSchedule;

/** After its due time a run may wait for an hour of Scheduler's retries; the watch gives it five minutes more. */
const graceMinutes = 65;

/** Every schedule of the stage by job, from the function that watches them; none where it is not deployed. */
export async function schedulesOf(cli: Cli, jobs: readonly DeployedJob[]): Promise<ReadonlyMap<string, Schedule>> {
  const watch = jobs.find(({ declaration }) => declaration?.uses.includes('runs:watch'));
  if (!watch) return new Map();
  const { variables } = await settingsOfFunction(cli, watch.functionName);
  const parsed = z.array(watchedScheduleSchema).safeParse(JSON.parse(variables[environment.schedules] ?? '[]'));
  return new Map((parsed.success ? parsed.data : []).map((schedule) => [schedule.job, schedule]));
}

/**
 * The due time that no run has claimed, `undefined` where there is none: as the watch judges it, but without writing anything down.
 * A schedule counts from when the watch has first seen it.
 */
export async function missingSince(cli: Cli, table: string, schedule: Schedule, last: RunRecord | undefined): Promise<Date | undefined> {
  const settled = new Date(cli.now() - (schedule.windowMinutes + graceMinutes) * 60_000);
  const due = lastDueTime(schedule, settled);
  if (!due || (last !== undefined && last.due >= dueKey(due.from))) return undefined;
  const { job, expression, timeZone } = schedule;
  const key = { pk: { S: 'watch' }, sk: { S: `${job} ${expression} ${timeZone}` } };
  const { Item } = await askAws('dynamodb:GetItem', new DynamoDBClient(cli.aws).send(new GetItemCommand({ TableName: table, Key: key })));
  return Item?.since?.N !== undefined && due.from.getTime() >= Number(Item.since.N) ? due.to : undefined;
}
