import { Enterprise } from './enterprise.ts';
import type { SeedPlan } from './seed-user.ts';

const defaults: SeedPlan = { users: 100, seed: 1, contentFolders: 600 };

/**
 * A Box enterprise of any size, the same for the same seed. Nothing is generated before it is asked for.
 * The first managed user is `11000001`: active, owner of `contentFolders` folders and several times as many files.
 * @throws RangeError for counts that are not whole or out of bounds.
 */
export function seedEnterprise(plan: { [name in keyof SeedPlan]?: SeedPlan[name] | undefined } = {}): Enterprise {
  const { users = defaults.users, seed = defaults.seed, contentFolders = defaults.contentFolders } = plan;
  if (!isCount(users, 10_000_000)) throw new RangeError('users: expected a whole number up to 10,000,000.');
  if (!isCount(contentFolders, 500_000)) throw new RangeError('contentFolders: expected a whole number up to 500,000.');
  return new Enterprise({ users, seed, contentFolders });
}

function isCount(value: number, largest: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= largest;
}
