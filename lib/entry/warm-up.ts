import { closeConnections } from '../http/origin.ts';

/** Lambda gives init ten seconds of a whole processor; a quarter of that may be spent on warming up. */
export const warmUpMs = 2_500;

/** Opens connections and gets tokens in init; one budget, and never a reason to fail: what is missing is tried again when it is needed. */
export async function warmUp(open: (budget: AbortSignal) => readonly (Promise<unknown> | undefined)[]): Promise<void> {
  const budget = AbortSignal.timeout(warmUpMs);
  await Promise.allSettled(open(budget));
  if (budget.aborted) closeConnections();
}
