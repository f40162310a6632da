import type { BoxSimulator } from '../../sandbox/box/server.ts';

/** Calls that were needed and answered, over all that Box has seen of them: repeated and refused ones are of no use. From Box's own journal. */
export function usefulShare({ journal }: BoxSimulator, needed: number): number {
  if (journal.dropped > 0) throw new Error('The journal has dropped requests: give it room for all of them.');
  const sent = journal.entries.filter(({ path }) => path === '/2.0/users/me');
  const answered = sent.filter(({ status }) => status === 200).length;
  return Math.min(needed, answered) / Math.max(1, sent.length);
}
