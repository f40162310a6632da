import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { PipelineLog } from '../observe/log.ts';
import type { Claim } from '../run/claim.ts';
import type { RunResult } from '../run/run-result.ts';
import type { Session } from '../session/session.ts';
import type { Due } from './event.ts';

/** Lambda's context, and what the middlewares add to it on the way in, in this order. */
export interface RunContext extends Context {
  due: Due;
  log: PipelineLog;
  claim?: Claim;
  signal: AbortSignal;
  remainingMs: () => number;
  session: Session;
}

export type Middleware = MiddlewareObj<unknown, RunResult, Error, RunContext>;
