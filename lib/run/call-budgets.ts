import { CallBudget } from '../box/call-gate.ts';
import { enterpriseSearches } from '../box/call-window.ts';
import type { SharedPause } from './shared-pause.ts';

/** Users who are done are forgotten, the longest ago first. */
const mostKept = 64;

/** The budgets of a container, by whose limit they stand for. */
export interface CallBudgets {
  /** Of a user: all of it, since a user's calls are made in one shard only. Of the service account: this container's share. */
  of(owner: string): Promise<CallBudget>;
  /** Ends when all pauses so far have been told to others: a container that is frozen tells nobody. */
  told(): Promise<void>;
}

/** @param sharers containers that use the service account, and search, at the same time */
export function callBudgets(sharers: number, shared: SharedPause): CallBudgets {
  const budgets = new Map<string, CallBudget>();
  const everybodysSearches = enterpriseSearches(sharers);
  let telling: Promise<unknown> = Promise.resolve();
  const tell = (until: number): void => {
    telling = Promise.all([telling, shared.tell(until)]);
  };
  const make = (owner: string): CallBudget => {
    if (owner !== 'enterprise') return new CallBudget({ everybodysSearches });
    return new CallBudget({ sharers, everybodysSearches, onPause: tell });
  };
  return {
    async of(owner) {
      const budget = budgets.get(owner) ?? make(owner);
      // The one used last is the last one to be forgotten.
      budgets.delete(owner);
      budgets.set(owner, budget);
      const [oldest] = budgets.keys();
      if (budgets.size > mostKept && oldest !== undefined) budgets.delete(oldest);
      if (owner === 'enterprise') await shared.apply(budget);
      return budget;
    },
    told: () => telling.then(() => undefined),
  };
}
