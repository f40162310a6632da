import type { DurableLambdaHandler } from '@aws/durable-execution-sdk-js';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { DurableJob } from '../declare/job.ts';
import { environment, optional } from '../env.ts';
import { awsClientOptions } from '../http/aws-request-handler.ts';
import { change } from '../run/change.ts';
import { type CoordinatorWork, coordinate } from '../run/coordinate.ts';
import { durableClaimsIn } from '../run/durable-claims.ts';
import { executionEndIn, type HasEnded } from '../run/execution-end.ts';
import { publishRun } from '../run/publish.ts';
import type { RunResult } from '../run/run-result.ts';
import type { Parts } from '../session/session.ts';
import { s3ObjectStore } from '../sink/object-store.ts';
import { type PageAssets, readPageAssets } from '../sink/page/assets.ts';
import { openReportSink } from '../sink/report.ts';
import { changeWork } from './durable/change-work.ts';
import { type DurableInvocation, durableHandler } from './durable/durable-handler.ts';
import { type Prepared, prepare } from './durable/prepare.ts';
import { rosterWork } from './durable/roster-work.ts';
import { parseEvent } from './event.ts';
import { functionLog } from './function-log.ts';

/** As long as a claim stands, and an execution may take: a plan may wait for its approval. */
const leaseMs = 14 * 86_400_000;

/** The way in of a durable job: claim, roster, shards, sum, report, record. */
export async function coordinator(job: DurableJob, parts: Parts): Promise<DurableLambdaHandler> {
  const log = functionLog();
  const needsPage = job.report !== undefined || job.shape === 'changing';
  const page = needsPage ? await readPageAssets(new URL('../page/', import.meta.url)) : undefined;
  const hasEnded = executionEndIn(new LambdaClient({ ...awsClientOptions() }));
  let ready = await prepare(job, parts, log).catch(() => undefined);
  return durableHandler(
    async (event, invocation) => {
      try {
        ready ??= await prepare(job, parts, log);
      } catch (error) {
        log.failed('Run failed before it began.', error);
        throw error;
      }
      return begin(job, { ...ready, hasEnded }, page, event, invocation);
    },
    { shardArn: optional(environment.shardFunction), log },
  );
}

let isNewProcess = true;

async function begin(
  job: DurableJob,
  ready: Prepared & { readonly hasEnded: HasEnded },
  page: PageAssets | undefined,
  event: unknown,
  invocation: DurableInvocation,
): Promise<RunResult> {
  const { engine, executionId, executionArn, remainingMs } = invocation;
  // A manual run is due when it was started: the clock is asked once.
  const coldStart = isNewProcess;
  isNewProcess = false;
  const began = await engine.step('start', async () => ({ at: Date.now(), coldStart }));
  const due = parseEvent(event, new Date(began.at));
  const { runAs } = job;
  const work: CoordinatorWork = {
    run: { id: executionId, job: ready.job, scheduledTime: due.scheduledTime },
    due: due.key,
    began,
    leaseMs,
    startedBy: due.startedBy,
    execution: executionArn,
    claims: durableClaimsIn(ready.dynamo, ready.table, ready.hasEnded),
    progress: ready.progress,
    log: ready.log.with({ run: executionId }),
    shardsAtOnce: ready.shardsAtOnce,
    memoryMiB: job.memoryMiB,
    usersAtOnce: runAs.kind === 'eachManagedUser' ? runAs.concurrency.users : 1,
    tolerate: runAs.kind === 'eachManagedUser' ? runAs.tolerate : { users: 0, share: 0 },
    hasRoster: runAs.kind === 'eachManagedUser',
    earlier: runAs.kind === 'eachManagedUser' ? due.earlier : undefined,
    roster: (run, from) => rosterWork(job, ready, run, from, remainingMs),
    params: due.params,
    publish: page && publisher(job, ready, page, due.params),
    change:
      job.shape === 'changing' && page
        ? (inner, end, note) => {
            const { startedBy, params } = due;
            return change(inner, changeWork({ job, ready, page, end, startedBy, params, note }), end.run);
          }
        : undefined,
  };
  return coordinate(engine, work);
}

function publisher(
  job: DurableJob,
  { store, progress, sessions, s3, bucket }: Prepared,
  page: PageAssets,
  given: Readonly<Record<string, unknown>>,
): CoordinatorWork['publish'] {
  const { report: definition, summarize } = job;
  if (!definition || !summarize) return undefined;
  const objects = s3ObjectStore(s3, { overwrites: true });
  return (end) =>
    publishRun(
      {
        store,
        progress,
        params: sessions.paramsOf(given),
        definition,
        summarize: (facts) => summarize(facts),
        openSink: ({ run, endedAt }) =>
          openReportSink({ objects, bucket, prefix: 'reports', run, page, now: () => endedAt, signal: new AbortController().signal }),
      },
      end,
    );
}
