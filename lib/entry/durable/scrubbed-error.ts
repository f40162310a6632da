import { DurableOperationError } from '@aws/durable-execution-sdk-js';
import { type ErrorCode, NightporterError } from '../../errors.ts';

/**
 * Name and message of an error that leaves a step stand in the execution's history word by word: ours may, by their rule; those of others
 * may quote anything.
 */
export function asHistoryError(error: unknown): never {
  const code = error instanceof NightporterError ? error.code : 'JOB_FAILED';
  const message =
    error instanceof NightporterError ? error.message : 'Look at the log: a step threw something that is not for the history.';
  throw Object.assign(new Error(message), { name: code });
}

/** The other way round: what a step, or an invoked shard, failed with. */
export function fromHistory(error: unknown): unknown {
  if (!(error instanceof DurableOperationError)) return error;
  const name = error.errorType ?? error.name;
  if (/^[A-Z]+(_[A-Z]+)+$/.test(name)) return new NightporterError(name as ErrorCode, error.message);
  return new NightporterError('USER_LOST', `Look at the log of the shard: its execution ended (${name}).`);
}
