import type { RetryDecision } from '@aws/durable-execution-sdk-js';

/** A step that has lost its process so often is given up. */
const mostInterruptions = 6;

/** An hour in all: Box, S3 or a secret may be away for so long. */
const delays = [15, 30, 60, 120, 240, 480, 600, 600, 600, 600];

/** A person has to change something first. */
const lasting = new Set([
  'DECLARATION_INVALID',
  'ENVIRONMENT_INVALID',
  'EVENT_INVALID',
  'JOB_FAILED',
  'PARAMS_INVALID',
  'REPORT_INVALID',
  'SETTINGS_INVALID',
  'TOO_MANY_FAILED',
]);

/** Waits cost nothing: what may pass is tried again for an hour. */
export function retryAfterFailure({ name }: Error, attempt: number): RetryDecision {
  const delay = lasting.has(name) ? undefined : delays[attempt - 1];
  return delay === undefined ? { shouldRetry: false } : { shouldRetry: true, delay: { seconds: delay } };
}

export function retryAfterInterruption(error: Error, attempt: number): RetryDecision {
  if (error.name !== 'StepInterruptedError') return retryAfterFailure(error, attempt);
  return attempt < mostInterruptions ? { shouldRetry: true, delay: { seconds: 1 } } : { shouldRetry: false };
}
