import type { Context } from 'aws-lambda';
import type { PlainJob } from '../declare/job.ts';
import { environment, optional, required } from '../env.ts';
import { createLog } from '../observe/log.ts';
import { callBudgets } from '../run/call-budgets.ts';
import type { Runs } from '../run/open-runs.ts';
import { createSessions, type Parts } from '../session/session.ts';
import { caller } from './caller.ts';
import { functionLog } from './function-log.ts';
import { type Handler, type PipelineParts, pipeline } from './pipeline.ts';
import { scrub } from './scrub.ts';
import { warmUp } from './warm-up.ts';

/**
 * A scheduled job's way in. Everything is loaded, connected and rehearsed here, in init, where it costs a fraction of what it would in
 * the throttled invocation. Whatever fails here is tried again there, so that its error ends a run and not the container.
 */
export async function scheduled(job: PlainJob, parts: Parts): Promise<Handler> {
  const log = functionLog();
  const prepared = async (): Promise<PipelineParts> => {
    const name = required(environment.job);
    const runs = await openRuns();
    const budgets = callBudgets({ shared: runs?.pause });
    return { name, log, sessions: await createSessions(job, parts, log, { budgets }), claims: runs?.claims };
  };
  const handlerOf = (ready: PipelineParts): Handler => pipeline((context) => job.run(context), ready);

  const inInit = await prepared().catch(() => undefined);
  if (inInit) await warm(inInit);
  let handler = inInit && handlerOf(inInit);
  return scrub(async (event: unknown, context: Context) => {
    try {
      handler ??= handlerOf(await prepared());
    } catch (error) {
      log.failed('Run failed before it began.', error);
      throw error;
    }
    return handler(event, context);
  });
}

/** Loaded in init, and only where runs are claimed. */
async function openRuns(): Promise<Runs | undefined> {
  const table = optional(environment.runsTable);
  return table === undefined ? undefined : (await import('../run/open-runs.ts')).openRuns(table, caller());
}

/** Connections, token and code paths. */
async function warm(parts: PipelineParts): Promise<void> {
  await warmUp((budget) => [parts.sessions.warm(budget), parts.claims?.warm(budget), parts.sessions.look(budget)]);
  await rehearse(parts).catch(() => undefined);
}

/** The pipeline once without a job, a claim or a log line: what it needs is compiled before the processor is throttled. */
async function rehearse({ name, sessions }: PipelineParts): Promise<void> {
  const log = createLog({ stage: '', job: name, write: () => {} });
  const context = {
    awsRequestId: 'rehearsal',
    getRemainingTimeInMillis: () => 60_000,
  } as Context;
  await pipeline(async () => undefined, { name, log, sessions })({ scheduledTime: '2000-01-01T00:00:00Z' }, context);
}
