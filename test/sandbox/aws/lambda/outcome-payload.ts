import type { Outcome } from './container.ts';
import type { FunctionConfiguration } from './function-configuration.ts';

/** Bytes. */
export const responseLimit = 6 * 1024 * 1024;

export const tooLarge: Outcome = {
  kind: 'error',
  payload: JSON.stringify({
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${responseLimit} bytes).`,
  }),
};

/** What the caller gets to see: the handler's answer, or Lambda's own words for what ended the process. */
export function outcomePayload(outcome: Outcome, requestId: string, { timeoutSeconds, temporaryMiB }: FunctionConfiguration): unknown {
  const failure = (errorType: string, problem: string) => ({ errorType, errorMessage: `RequestId: ${requestId} Error: ${problem}` });
  if (outcome.kind === 'timeout') return failure('Sandbox.Timedout', `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`);
  if (outcome.exceeded === 'memory') return failure('Runtime.OutOfMemory', 'Runtime exited with error: signal: killed');
  // On Lambda the write itself fails (ENOSPC); the sandbox cannot make it fail, so it makes the invocation fail.
  if (outcome.exceeded === 'storage') return failure('Sandbox.StorageExceeded', `The temporary folder holds more than ${temporaryMiB} MB`);
  if (outcome.kind === 'exit') return failure('Runtime.ExitError', `Runtime exited with error: ${outcome.payload}`);
  return outcome.payload === '' ? undefined : (JSON.parse(outcome.payload) as unknown);
}
