import { environment } from '../lib/env.ts';
import { NightporterError } from '../lib/errors.ts';
import type { BoxApp } from './constructs/box-app.ts';
import type { Foundation } from './constructs/foundation.ts';
import type { EnabledJob } from './enabled-jobs.ts';
import type { EnabledWebhook } from './enabled-webhooks.ts';
import { heapOptions } from './heap-options.ts';
import { grantsOf } from './service-account-calls.ts';
import type { Stage } from './settings.ts';

export interface EnvironmentProps {
  readonly stage: Stage;
  readonly job: EnabledJob;
  /** Every enabled job of the stage, this one among them. */
  readonly jobs: readonly EnabledJob[];
  /** Every enabled webhook of the stage. */
  readonly webhooks: readonly EnabledWebhook[];
  readonly foundation: Foundation;
  /** Undefined for a job that never calls Box. */
  readonly boxApp: BoxApp | undefined;
}

/** What a function is told: names of resources and settings, never a secret. */
export function environmentOf({ stage, job, jobs, webhooks, foundation, boxApp }: EnvironmentProps): Readonly<Record<string, string>> {
  const { uses, shape } = job.declaration;
  return {
    NODE_OPTIONS: heapOptions(job.declaration.memoryMiB),
    [environment.stage]: stage.name,
    [environment.job]: job.id,
    [environment.params]: JSON.stringify(job.params),
    [environment.settings]: JSON.stringify(job.settings),
    [environment.runsTable]: foundation.runs.tableName,
    ...(boxApp && {
      [environment.app]: boxApp.app,
      [environment.boxSecretArn]: boxApp.secret.secretArn,
      [environment.rotationGraceMinutes]: String(stage.rotationGraceMinutes),
    }),
    ...(boxApp &&
      foundation.tokens && {
        [environment.tokensTable]: foundation.tokens.table.tableName,
        [environment.tokensKeyArn]: foundation.tokens.key.keyArn,
      }),
    ...((uses.includes('reports:write') || uses.includes('archive:write') || shape !== 'plain') && {
      [environment.reportsBucket]: foundation.reports.bucketName,
    }),
    ...(uses.includes('notify:send') && { [environment.notifyTopicArn]: foundation.alarms.topicArn }),
    ...(job.mode !== undefined && {
      [environment.mode]: job.mode,
      [environment.decisionsTable]: foundation.decisions.tableName,
    }),
    ...(job.limits !== undefined && { [environment.limits]: JSON.stringify(job.limits) }),
    ...(job.shards !== undefined && { [environment.shards]: String(job.shards) }),
    ...(uses.includes('grant:fresh') && { [environment.subjectTypesInUse]: JSON.stringify(subjectTypes(job, jobs, webhooks)) }),
    ...(uses.includes('runs:watch') && { [environment.schedules]: schedules(jobs) }),
  };
}

/** What Box must grant to this app for its jobs to run, and for its webhooks to be there and be answered. */
function subjectTypes(
  { app, declaration }: EnabledJob,
  jobs: readonly EnabledJob[],
  webhooks: readonly EnabledWebhook[],
): readonly string[] {
  const callers = jobs.filter((job) => job.declaration.box.length > 0);
  const users = [...callers, ...webhooks].filter((each) => each.app === app).map((each) => each.declaration);
  return [...new Set((users.length > 0 ? users : [declaration]).flatMap(grantsOf))].sort();
}

function schedules(jobs: readonly EnabledJob[]): string {
  const text = JSON.stringify(
    jobs.map(({ id, schedule, declaration }) => ({ job: id, ...schedule, windowMinutes: declaration.windowMinutes })),
  );
  // Lambda gives a function 4 KB for all its variables.
  if (text.length <= 3072) return text;
  throw new NightporterError(
    'SETTINGS_INVALID',
    `Turn some jobs off: the schedules of ${jobs.length} jobs do not fit where the watch for missing runs is told of them.`,
  );
}
