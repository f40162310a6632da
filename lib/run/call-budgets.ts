import { CallBudget } from '../box/call-gate.ts';
import { enterpriseSearches } from '../box/call-window.ts';
import type { SharedPause } from './shared-pause.ts';

/** Users who are done are forgotten, the longest ago first. */
const mostKept = 64;

/** Pauses that end so close together, in ms, are one: Box answers every call that was under way with its 429. */
const samePauseMs = 1_000;

export interface CallBudgetsOptions {
  /** Containers of the job that call as the service account, and search, at the same time; 1 if left out. */
  readonly containers?: number;
  /** Of these, how many call as one and the same user; 1 if left out. */
  readonly containersOfUser?: number;
  /** Left out: nobody is told of pauses, and nobody tells. */
  readonly shared?: SharedPause | undefined;
  readonly now?: () => number;
}

/** The budgets of a container, by whose limit they stand for. */
export interface CallBudgets {
  /** At once: of a user, or this container's share of the service account's. What others were told is looked up beside its calls. */
  at(owner: string): CallBudget;
  /** As `at`, once it is known what others were told. */
  of(owner: string): Promise<CallBudget>;
  /** So many containers of the job call at the same time from now on. */
  share(containers: number): void;
  /** Looks up what others were told, if that was not done just now. Never rejects. */
  look(signal?: AbortSignal): Promise<void> | undefined;
  /** Ends when all pauses so far have been told to others, since a container that is frozen tells nobody; undefined where they have been. */
  told(): Promise<void> | undefined;
}

/** A job that calls alone has the whole limit; callers that were held together divide it. */
export function callBudgets({ containers = 1, containersOfUser = 1, shared, now = Date.now }: CallBudgetsOptions = {}): CallBudgets {
  const everybodysSearches = enterpriseSearches(containers);
  const users = new Map<string, CallBudget>();
  const sharers = { containers, callers: 1 };
  let telling: Promise<void> | undefined;
  let toldUntil = 0;
  const tell = (until: number): void => {
    if (shared === undefined || until < toldUntil + samePauseMs) return;
    toldUntil = until;
    const told = Promise.all([telling, shared.tell(until)]).then(() => {
      if (telling === told) telling = undefined;
    });
    telling = told;
  };
  const look = (signal?: AbortSignal): Promise<void> | undefined =>
    shared?.look(signal)?.then(({ pauseUntil, callers }) => {
      enterprise.until(pauseUntil);
      divide({ callers });
    });
  const enterprise = new CallBudget({ sharers: containers, everybodysSearches, now, onCall: () => void look(), onPause: tell });
  const divide = (among: Partial<typeof sharers>): void => {
    Object.assign(sharers, among);
    for (const limit of [enterprise, everybodysSearches]) limit.share(sharers.containers * sharers.callers);
  };
  const at = (owner: string): CallBudget => {
    if (owner === 'enterprise') return enterprise;
    const budget = users.get(owner) ?? new CallBudget({ sharers: containersOfUser, everybodysSearches, now });
    // The one used last is the last one to be forgotten.
    users.delete(owner);
    users.set(owner, budget);
    const [oldest] = users.keys();
    if (users.size > mostKept && oldest !== undefined) users.delete(oldest);
    return budget;
  };
  return {
    at,
    async of(owner) {
      if (owner === 'enterprise') await look();
      return at(owner);
    },
    share: (containers) => divide({ containers }),
    look,
    told: () => telling,
  };
}
