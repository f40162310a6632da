import type { Enterprise } from '../enterprise/enterprise.ts';
import { draw, drawnUuid } from '../enterprise/random.ts';
import type { Action } from './action.ts';
import { type BoxEvent, byTime } from './event.ts';
import { Logins } from './logins.ts';

/** What to tell the log of something that happened; `at` in milliseconds, default now. */
export interface Occurrence {
  readonly action: Action;
  readonly by: string;
  readonly source?: Readonly<Record<string, unknown>> | undefined;
  readonly owner?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly at?: number;
}

export interface EventOptions {
  readonly now: () => number;
  /** Days before the start on which users have logged in. */
  readonly loginDays: number;
  /** The longest that an event takes until the streams show it, in milliseconds. */
  readonly lag: number;
}

/** Everything that has happened since the start, and the logins before it. */
export class EventLog {
  readonly logins: Logins;
  readonly #seed: number;
  readonly #now: () => number;
  readonly #lag: number;
  readonly #chronicle: BoxEvent[] = [];
  readonly #arrivals: BoxEvent[] = [];
  readonly #delivered: BoxEvent[] = [];
  #pending: { readonly event: BoxEvent; readonly visibleAt: number }[] = [];

  constructor({ plan }: Enterprise, { now, loginDays, lag }: EventOptions) {
    this.#seed = plan.seed;
    this.#now = now;
    this.#lag = lag;
    this.logins = new Logins(plan, now(), loginDays);
  }

  /** Chronological, without the seeded logins. */
  get chronicle(): readonly BoxEvent[] {
    return this.#chronicle;
  }

  /** As they came in, without the seeded logins. */
  get arrivals(): readonly BoxEvent[] {
    return this.#arrivals;
  }

  /** One with an earlier `at` lands behind the windows that have been read. */
  add({ at = this.#now(), action, by, source, owner, details }: Occurrence): BoxEvent {
    const nth = this.#arrivals.length;
    const share = (which: number) => draw(this.#seed, nth, 500 + which);
    const late = share(0) < 0.3 ? Math.floor(this.#lag * share(1)) : 0;
    const visibleAt = Math.max(at, this.#now()) + late;
    const event: BoxEvent = {
      id: drawnUuid(this.#seed ^ 0x5bd1e995, nth),
      action,
      at,
      visibleAt,
      by,
      source,
      ...(owner && { owner }),
      ...(details && { details }),
    };
    this.#arrivals.push(event);
    insert(this.#chronicle, event);
    this.#pending.push({ event, visibleAt });
    if (share(2) < 0.08) this.#pending.push({ event, visibleAt: visibleAt + Math.floor(this.#lag * share(3)) });
    return event;
  }

  /** What the streaming stream has shown so far: each event at least once, some twice, not in order. Only ever longer. */
  delivered(): readonly BoxEvent[] {
    const now = this.#now();
    const due = this.#pending.filter(({ visibleAt }) => visibleAt <= now);
    if (due.length === 0) return this.#delivered;
    this.#pending = this.#pending.filter(({ visibleAt }) => visibleAt > now);
    const ranked = due.map(({ event }, nth) => ({ event, rank: nth + 6 * draw(this.#seed, this.#delivered.length + nth, 510) }));
    ranked.sort((one, other) => one.rank - other.rank);
    for (const { event } of ranked) this.#delivered.push(event);
    return this.#delivered;
  }
}

function insert(chronicle: BoxEvent[], event: BoxEvent): void {
  let position = chronicle.length;
  for (let before = chronicle[position - 1]; before !== undefined && byTime(before, event) > 0; before = chronicle[position - 1])
    position--;
  chronicle.splice(position, 0, event);
}
