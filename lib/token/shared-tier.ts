import { wait } from '../http/wait.ts';
import type { AccessToken } from './access-token.ts';
import type { BoxClock } from './box-clock.ts';
import { leaseMs, type SharedItemOptions, sharedItemIn } from './shared-item.ts';

export interface SharedRequest {
  readonly key: string;
  readonly clock: BoxClock;
  /** The token at hand, which is to be replaced: if the item holds that one, it counts as a miss. */
  readonly replacing?: AccessToken | undefined;
  /** What the token must be good for; an item that is not counts as a miss. At most half of a token's life. */
  readonly minRemainingMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Whether a token is of the app and enterprise that this container knows; an item that is not counts as a miss. */
  readonly isOurs: (token: Pick<AccessToken, 'origin'>) => boolean;
  /** One grant of our own. */
  readonly mint: () => Promise<AccessToken>;
}

/** One token for a whole fleet. Whatever fails here costs latency at most: the container then mints for itself. */
export interface SharedTier {
  get(request: SharedRequest): Promise<AccessToken>;
}

const pollMs = 100;
/** A lease that has lapsed is taken over by one of those who wait; the others wait for that one as well. */
const longestWaitMs = leaseMs + 4_000;

/**
 * The item is read first; the lease is tried only when no token that will do is there; what is written is conditional on the fence that the
 * lease gave. Who does not get the lease looks again, with jitter, and mints for itself when that takes too long.
 */
export function sharedTierIn(options: SharedItemOptions): SharedTier {
  const item = sharedItemIn(options);

  const mintAndShare = async (request: SharedRequest, fence: string, replaces: string | undefined): Promise<AccessToken> => {
    const token = await request.mint().catch(async (error) => {
      await item.release(request, fence);
      throw error;
    });
    await item.write(request, { token, fence, replaces });
    return token;
  };

  const waitForHolder = async (request: SharedRequest): Promise<AccessToken> => {
    const startedAt = request.clock.now();
    const waitedMs = () => request.clock.now() - startedAt;
    const observe = (outcome: 'shared' | 'takenOver' | 'direct') =>
      options.observe({ kind: 'leaseWait', subject: { type: 'enterprise' }, waitedMs: waitedMs(), outcome });
    while (waitedMs() < longestWaitMs) {
      await wait(pollMs * (0.5 + Math.random()), request.signal);
      const { token, leaseLapsed, replaces } = await item.read(request);
      if (token) {
        observe('shared');
        return token;
      }
      const lease = leaseLapsed ? await item.takeLease(request, replaces) : 'held';
      if (lease === 'unavailable') break;
      if (lease === 'held') continue;
      observe('takenOver');
      return mintAndShare(request, lease.fence, replaces);
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
      return lease === 'held' ? waitForHolder(request) : mintAndShare(request, lease.fence, replaces);
    },
  };
}
