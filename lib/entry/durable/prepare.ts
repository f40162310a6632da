import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { DurableJob } from '../../declare/job.ts';
import { environment, json, required } from '../../env.ts';
import { awsClientOptions } from '../../http/aws-request-handler.ts';
import type { PipelineLog } from '../../observe/log.ts';
import { type CallBudgets, callBudgets } from '../../run/call-budgets.ts';
import { type ProgressBook, progressIn } from '../../run/progress.ts';
import { sharedPauseIn } from '../../run/shared-pause.ts';
import { type WorkStore, workStoreIn } from '../../run/work-store.ts';
import type { Parts } from '../../session/session.ts';
import { createStepSessions, type StepSessions } from '../../session/step-sessions.ts';
import { caller } from '../caller.ts';
import { warmUp } from '../warm-up.ts';

/** What coordinator and shards have in common, made once in init. */
export interface Prepared {
  readonly job: string;
  readonly log: PipelineLog;
  readonly sessions: StepSessions;
  readonly dynamo: DynamoDBClient;
  readonly s3: S3Client;
  readonly table: string;
  readonly bucket: string;
  readonly store: WorkStore;
  readonly progress: ProgressBook;
  /** Of a container that calls alone for its job; shards at once divide them. */
  readonly budgets: CallBudgets;
  /** Shards at once, as the stage or the declaration has it. */
  readonly shardsAtOnce: number;
}

/** Reads the environment, makes the clients, opens the connections. @throws NightporterError for what is wrong with the environment */
export async function prepare(job: DurableJob, parts: Parts, log: PipelineLog): Promise<Prepared> {
  // S3's checksums need it: loaded here, in init, rather than with the first upload.
  process.getBuiltinModule('node:zlib');
  const dynamo = new DynamoDBClient({ ...awsClientOptions() });
  const s3 = new S3Client({ ...awsClientOptions() });
  const [table, bucket] = [required(environment.runsTable), required(environment.reportsBucket)];
  const sessions = await createStepSessions(job, parts, log);
  await warmUp((budget) => [sessions.warm(budget)]);
  return {
    job: required(environment.job),
    log,
    sessions,
    dynamo,
    s3,
    table,
    bucket,
    store: workStoreIn(s3, bucket),
    progress: progressIn(dynamo, table),
    budgets: callBudgets({ shared: sharedPauseIn({ client: dynamo, table, ...caller() }) }),
    shardsAtOnce: Number(json(environment.shards) ?? (job.runAs.kind === 'eachManagedUser' ? job.runAs.concurrency.shards : 1)),
  };
}
