import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { PlainJob } from '../declare/job.ts';
import type { PipelineLog } from '../observe/log.ts';
import type { Claims } from '../run/claim.ts';
import type { RunResult } from '../run/run-result.ts';
import type { AnyContext, SessionFactory } from '../session/session.ts';
import { withClaim } from './middleware/claim.ts';
import { withDeadline } from './middleware/deadline.ts';
import { withLog } from './middleware/log.ts';
import { withSession } from './middleware/session.ts';
import type { RunContext } from './run-context.ts';

export interface PipelineParts {
  readonly name: string;
  readonly log: PipelineLog;
  /** Left out: runs are not claimed. */
  readonly claims?: Claims | undefined;
  readonly sessions: SessionFactory;
}

export type Handler = (event: unknown, context: Context) => Promise<RunResult>;

/** log → claim → deadline → session → the job's own `run`. */
export function pipeline(run: PlainJob<AnyContext>['run'], { name, log, claims, sessions }: PipelineParts): Handler {
  // middy's own early timeout answers for the job and forgets it; ours makes the job's calls fail, with a reason.
  const handler = middy<unknown, RunResult, Error, RunContext>({
    timeoutEarlyInMillis: 0,
  }).use(withLog(log));
  if (claims) handler.use(withClaim(claims, name, sessions));
  handler.use(withDeadline()).use(withSession(sessions, name));
  handler.handler(async (_event: unknown, { session, signal }: RunContext) => (await orAborted(run(session.context), signal)) ?? {});
  return handler as unknown as Handler;
}

/** A job that does not look at its signal is given up; its next call to Box or S3 fails with the same reason. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  work.then(resolve, reject);
  return promise;
}
