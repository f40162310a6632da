import { wait } from '../http/wait.ts';
import type { AccessToken } from './access-token.ts';
import type { BoxClock } from './box-clock.ts';
import { leaseMs, type SharedItemOptions, sharedItemIn } from './shared-item.ts';

export interface SharedRequest {
  readonly key: string;
  readonly clock: BoxClock;
  /** The token that Box no longer takes: if the item holds that one, it counts as a miss. */
  readonly rejected?: AccessToken | undefined;
  readonly signal?: AbortSignal | undefined;
  /** One grant of our own. */
  readonly mint: () => Promise<AccessToken>;
}

/** One token for a whole fleet. Whatever fails here costs latency at most: the container then mints for itself. */
export interface SharedTier {
  get(request: SharedRequest): Promise<AccessToken>;
}

const pollMs = 150;

/**
 * The item is read first; the lease is tried only when no live token is there; what is written is conditional on the fence that the lease
 * gave. Nobody is kept waiting for longer than a lease.
 */
export function sharedTierIn(options: SharedItemOptions): SharedTier {
  const item = sharedItemIn(options);

  /** Losers look again, with jitter, and mint for themselves at the latest when the lease must have lapsed. */
  const waitForHolder = async (request: SharedRequest): Promise<AccessToken> => {
    const startedAt = Date.now();
    const waitedMs = () => Date.now() - startedAt;
    const observe = (outcome: 'shared' | 'direct') =>
      options.observe({ kind: 'leaseWait', subject: { type: 'enterprise' }, waitedMs: waitedMs(), outcome });
    while (waitedMs() < leaseMs) {
      await wait(pollMs * (0.5 + Math.random()), request.signal);
      const { token } = await item.read(request);
      if (!token) continue;
      observe('shared');
      return token;
    }
    observe('direct');
    return request.mint();
  };

  return {
    async get(request) {
      const { token: shared, unusable, replaces } = await item.read(request);
      if (shared) return shared;
      const lease = await item.takeLease(request, replaces);
      // What can't be used won't become usable by waiting.
      if (lease === 'unavailable' || (lease === 'held' && unusable)) return request.mint();
      if (lease === 'held') return waitForHolder(request);
      const token = await request.mint().catch(async (error) => {
        await item.release(request, lease.fence);
        throw error;
      });
      await item.write(request, { token, fence: lease.fence, replaces });
      return token;
    },
  };
}
