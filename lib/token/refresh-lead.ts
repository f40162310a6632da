import { createHash, randomUUID } from 'node:crypto';

/** Drawn once for each container, so that a fleet that was started together does not refresh together. */
const container: string = randomUUID();

/** Share of a token's life, at its end, in which it is stale; half of that is jitter. */
const leadShare = 1 / 6;

/** How long before its end a token is to be replaced, in ms: the same for the same container and subject, different for any two. */
export function refreshLeadMs(lifeMs: number, key: string, seed = container): number {
  const draw = createHash('sha256').update(`${seed} ${key}`).digest().readUInt32BE(0) / 2 ** 32;
  return lifeMs * leadShare * (0.5 + 0.5 * draw);
}
