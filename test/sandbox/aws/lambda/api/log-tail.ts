import type { Attempt } from '../attempt.ts';

/** Bytes (AWS doc: Invoke, `LogResult`). */
const limit = 4096;

/** The last 4 KB of what the invocation wrote, between Lambda's own lines; base64. */
export function logTail({ requestId, durationMs, initMs, executedVersion }: Attempt, lines: readonly string[], memoryMiB: number): string {
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs)} ms`,
    `Memory Size: ${memoryMiB} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
  ];
  const first = `START RequestId: ${requestId} Version: ${executedVersion}`;
  const text = [first, ...lines, `END RequestId: ${requestId}`, fields.join('\t'), ''].join('\n');
  return Buffer.from(text).subarray(-limit).toString('base64');
}
