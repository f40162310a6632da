import { errorCodes, isErrorCode } from '../../../lib/errors.ts';
import type { RunRecord } from './run-record.ts';

/** How a run ended, in a few words: its error's code, or what it counted. */
export function outcome(run: RunRecord | undefined): string {
  if (run?.code !== undefined) return run.code;
  return Object.entries(run?.counts ?? {})
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** Code of a failed run and what it means in one sentence; undefined for a run without one that is known. */
export function why({ code }: Pick<RunRecord, 'code'>): string | undefined {
  return code !== undefined && isErrorCode(code) ? `${code}: ${errorCodes[code]}` : undefined;
}
