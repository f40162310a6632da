import type { PipelineLog } from '../observe/log.ts';
import type { TokenSource } from '../token/token-source.ts';
import type { Opened } from './provider.ts';

/** A token refresh that was begun aside is waited for this long: what has not ended when the handler answers may be frozen for hours. */
const settleMs = 2_000;

/** A run or a step has ended, however it did: nothing half-done stays behind, and the log hears how the tokens in memory were used. */
export async function endSession(opened: readonly Opened[], tokens: TokenSource, log: PipelineLog): Promise<void> {
  await Promise.allSettled([...opened.map((capability) => capability.close?.()), tokens.settle(settleMs)]);
  const { hits, oldestMs } = tokens.takeUsage();
  if (hits === 0) return;
  log.count('TokenMemoryHit', hits);
  log.measure('TokenAgeAtUse', oldestMs);
}
