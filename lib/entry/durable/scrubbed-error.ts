import { DurableOperationError, InvokeError } from '@aws/durable-execution-sdk-js';
import { isErrorCode, NightporterError } from '../../errors.ts';

/**
 * Name and message of an error that leaves a step stand in the execution's history word by word: ours may, by their rule; those of others
 * may quote anything.
 */
export function asHistoryError(error: unknown): never {
  const { code, message } = error instanceof NightporterError ? error : scrubbed(error);
  throw Object.assign(new Error(message), { name: code });
}

function scrubbed(error: unknown): NightporterError {
  // Every error that an AWS client throws has it, also where nobody answered: it counts the attempts.
  if (error instanceof Error && '$metadata' in error)
    return new NightporterError('AWS_UNREACHABLE', `Look at the status of AWS, and run again when it is well: it failed (${error.name}).`);
  return new NightporterError('JOB_FAILED', 'Look at the log: a step threw something that is not for the history.');
}

/**
 * The other way round: what a step or a branch failed with. The SDK stands classes of its own around it, the innermost of which has the name
 * that was thrown; of an invoked shard it keeps none.
 */
export function fromHistory(error: unknown): unknown {
  if (!(error instanceof DurableOperationError)) return error;
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    if (isErrorCode(each.name)) return new NightporterError(each.name, error.message);
  }
  if (error instanceof InvokeError) return new NightporterError('SHARD_LOST', 'Look at the log of the shard: its execution ended.');
  return new NightporterError('STEP_LOST', 'Look at the log, and give the job more memory: a step ended its process again and again.');
}
