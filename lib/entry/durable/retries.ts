import type { RetryDecision } from '@aws/durable-execution-sdk-js';

/** A step that has lost its process so often is given up. */
const mostInterruptions = 6;

/** An hour in all: Box, S3 or a secret may be away for so long. */
const delays = [15, 30, 60, 120, 240, 480, 600, 600, 600, 600];

/** A person has to change something first. */
const lasting = new Set([
  'BOX_REQUEST_INVALID',
  'CURSOR_INVALID',
  'DECLARATION_INVALID',
  'ENVIRONMENT_INVALID',
  'EVENT_INVALID',
  'JOB_FAILED',
  'PARAMS_INVALID',
  'PLAN_INVALID',
  'PLAN_TOO_LARGE',
  'REPORT_INVALID',
  'SETTINGS_INVALID',
  'TOO_MANY_FAILED',
]);

/** Waits cost nothing: what may pass is tried again for an hour. */
export function retryAfterFailure({ name }: Error, attempt: number): RetryDecision {
  const delay = lasting.has(name) ? undefined : delays[attempt - 1];
  return delay === undefined ? { shouldRetry: false } : { shouldRetry: true, delay: { seconds: delay } };
}

/**
 * Seconds between two steps that were interrupted together, by how often: one of them may have ended the process for all. In the end each has
 * more time for itself than the longest step takes.
 */
const distances = [0, 20, 80, 320, 320];

/** @param turn how many of the steps that were interrupted together are tried again before this one */
export function retryAfterInterruption(turn: number): (error: Error, attempt: number) => RetryDecision {
  return (error, attempt) => {
    if (error.name !== 'StepInterruptedError') return retryAfterFailure(error, attempt);
    const distance = attempt < mostInterruptions ? distances[attempt - 1] : undefined;
    return distance === undefined ? { shouldRetry: false } : { shouldRetry: true, delay: { seconds: 1 + turn * distance } };
  };
}
