import { duration } from '../output.ts';
import type { RunRecord } from './run-record.ts';

const width = 30;

/** `storage… [#########---------] 30 %, 3 min`: a bar where the run says how much there is, and the time that it has taken. */
export function progressLine({ due, startedAt, progress }: RunRecord, now: number): string {
  const taken = startedAt === undefined ? '' : duration(now - Date.parse(startedAt));
  if (progress === undefined || progress.of === 0) return `${due}: running for ${taken}`;
  const share = Math.min(1, progress.done / progress.of);
  const filled = Math.round(share * width);
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}] ${Math.floor(share * 100)} %, ${progress.done} of ${progress.of}, ${taken}`;
}
