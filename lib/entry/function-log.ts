import { environment, optional } from '../env.ts';
import { createLog, type PipelineLog } from '../observe/log.ts';

/** The log of this function, as its environment names it. Never fails: it must be able to say what else is missing. */
export function functionLog(job = optional(environment.job) ?? 'unknown'): PipelineLog {
  return createLog({ stage: optional(environment.stage) ?? 'unknown', job, app: optional(environment.app) });
}
