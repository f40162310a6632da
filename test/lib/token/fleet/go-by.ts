import type { World } from './fleet-world.ts';

/** Nothing takes longer than this, whatever happens. */
const longestMs = 60_000;

/** Lets the fleet's time go by until all of this has ended. @param pass is told the seconds */
export async function goBy<T>(world: World, pending: Promise<T>, pass = (seconds: number) => world.pass(seconds * 1_000)): Promise<T> {
  const endsAt = Date.now() + longestMs;
  for (let ended = false; !ended; ) {
    const { matches } = world.secret;
    ended = await Promise.race([pending.then(() => true), sleep(matches ? 20 : 4).then(() => false)]);
    // A window without a good secret goes by quickly; no step is longer than what a token must be good for.
    if (!ended) pass(matches ? 1 : 3);
    if (Date.now() > endsAt) throw new Error('It does not end.');
  }
  return pending;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
