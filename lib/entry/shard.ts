import type { DurableLambdaHandler } from '@aws/durable-execution-sdk-js';
import type { DurableWork } from '../declare/durable-job.ts';
import type { DurableJob } from '../declare/job.ts';
import { codeOf } from '../errors.ts';
import type { PartAnswer } from '../run/apply/apply-part.ts';
import { isPartInput, parsePartInput } from '../run/apply/part-input.ts';
import { haltSwitch } from '../run/halt.ts';
import type { PartSink } from '../run/part-sink.ts';
import type { Planner } from '../run/plan/collect-plan.ts';
import { runShard, type ShardAnswer } from '../run/shard.ts';
import { parseShardInput } from '../run/shard-input.ts';
import { stepLimits } from '../run/step-limits.ts';
import type { Parts } from '../session/session.ts';
import { applyWork } from './durable/apply-work.ts';
import { type DurableInvocation, durableHandler } from './durable/durable-handler.ts';
import { planSink } from './durable/plan-sink.ts';
import { type Prepared, prepare } from './durable/prepare.ts';
import { rowSink } from './durable/row-sink.ts';
import { functionLog } from './function-log.ts';

/** The way in of a shard: the users of one part of a run's roster, each by a chain of steps; or the actions of one part of its plan. */
export async function shard(job: DurableJob, parts: Parts): Promise<DurableLambdaHandler> {
  const log = functionLog();
  const inInit = await prepare(job, parts, log).catch(() => undefined);
  let ready = inInit;
  return durableHandler(
    async (event, invocation): Promise<ShardAnswer | PartAnswer> => {
      try {
        ready ??= await prepare(job, parts, log);
        if (job.shape === 'changing' && isPartInput(event)) return await applyWork(job, parsePartInput(event), invocation, ready);
        return await work(job, event, invocation, ready);
      } catch (error) {
        log.failure('A shard was lost.', error);
        return { left: 0, lost: codeOf(error) };
      }
    },
    { shardArn: undefined, log },
  );
}

function work(job: DurableJob, event: unknown, { engine, remainingMs }: DurableInvocation, ready: Prepared): Promise<ShardAnswer> {
  const input = parseShardInput(event);
  const run = { ...input.run, scheduledTime: new Date(input.run.scheduledTime) };
  const { dynamo, table, log, store, sessions, progress, budgets } = ready;
  // The service account's limit is shared by all shards that run at the same time.
  budgets.share(ready.shardsAtOnce);
  return runShard(engine, {
    input,
    run,
    place: { job: run.job, run: run.id },
    shard: input.shard,
    log: log.with({ run: run.id, shard: input.shard }),
    store,
    sessions,
    progress,
    budgets,
    halt: haltSwitch(dynamo, table, { job: run.job, run: run.id }),
    limits: stepLimits(job.timeoutMinutes * 60_000, remainingMs),
    hasRoster: job.runAs.kind === 'eachManagedUser',
    params: input.params,
    begin: (context, sink, user) => begin(job, context, sink, { run: run.id, user: user?.id ?? null }),
  });
}

function begin(job: DurableJob, context: object, sink: PartSink, planner: Planner): DurableWork {
  const own = Object.assign(context, job.report && { report: rowSink(job.report, sink) });
  return job.shape === 'stepwise' ? job.run(own) : job.plan(Object.assign(own, planSink(job, planner, sink)));
}
