import type { RunRecord } from './run-record.ts';

/** How a run ended, in a few words: its error's code, or what it counted. */
export function outcome(run: RunRecord | undefined): string {
  if (run?.code !== undefined) return run.code;
  return Object.entries(run?.counts ?? {})
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
