import type { RosterUser } from '../declare/durable-job.ts';
import type { Roster } from './lay-roster.ts';
import { type RunPlace, rosterKey } from './run-place.ts';
import type { UserPage } from './select-users.ts';
import { lines, type WorkStore } from './work-store.ts';

/** A shard must fit into one execution's 3,000 operations with room for waits, and its roster into memory. */
export const usersPerShard = 200;

export interface RosterStretch {
  /** How many users the stretches before this one have laid down. */
  readonly before: number;
  /** Asked behind each page but the last one. */
  readonly isEnough: () => boolean;
  /** Told what the list ended early of, where something was laid down before: the next stretch goes on from there. */
  readonly onTrouble: (error: unknown) => void;
}

/** How far a roster is. */
export interface RosterSoFar extends Roster {
  /** Where the list goes on; undefined when the roster is whole. */
  readonly next: string | undefined;
}

/**
 * Writes the roster in shards, or goes on with it. A page ends anywhere in a shard: the last one of a stretch is begun, and the next one fills
 * it up. Who repeats a stretch finds it filled up already, and keeps of it whom the stretches before have laid down.
 */
export async function writeRoster(
  store: WorkStore,
  place: RunPlace,
  pages: AsyncIterable<UserPage>,
  { before, isEnough, onTrouble }: RosterStretch,
): Promise<RosterSoFar> {
  let users = before;
  const begun = before % usersPerShard;
  let shard = begun === 0 ? [] : (await readShard(store, place, shardsOf(before))).slice(0, begun);
  const flush = async (): Promise<void> => {
    await store.put(rosterKey(place, shardsOf(users)), shard.map((user) => `${JSON.stringify(user)}\n`).join(''));
    shard = [];
  };
  let next: string | undefined;
  let isBetween = true;
  try {
    for await (const page of pages) {
      isBetween = false;
      for (const user of page.users) {
        shard.push(user);
        users++;
        if (shard.length === usersPerShard) await flush();
      }
      next = page.next;
      isBetween = true;
      if (next !== undefined && isEnough()) break;
    }
  } catch (error) {
    if (next === undefined || !isBetween) throw error;
    onTrouble(error);
  }
  if (shard.length > 0) await flush();
  return { users, shards: shardsOf(users), next };
}

export async function readShard(store: WorkStore, place: RunPlace, shard: number): Promise<readonly RosterUser[]> {
  return lines(await store.get(rosterKey(place, shard))).map((line) => JSON.parse(line) as RosterUser);
}

function shardsOf(users: number): number {
  return Math.ceil(users / usersPerShard);
}
