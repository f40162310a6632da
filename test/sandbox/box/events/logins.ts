import { draw } from '../enterprise/random.ts';
import { isSeededInactive, type SeedPlan } from '../enterprise/seed-user.ts';

export const day = 86_400_000;

/** The logins of one day, in the order of time. */
export interface LoginDay {
  /** Positions of the users. */
  readonly users: Int32Array;
  /** Milliseconds. */
  readonly times: Float64Array;
}

const aspect = { habit: 61, today: 62, time: 63 };

/** Who logged in on which of the days before the simulator started. Nothing is kept but the days looked at last. */
export class Logins {
  /** Days since 1970: the first with logins, and the first without. */
  readonly firstDay: number;
  readonly endDay: number;
  readonly #plan: SeedPlan;
  readonly #days = new Map<number, LoginDay>();

  constructor(plan: SeedPlan, startedAt: number, days: number) {
    this.#plan = plan;
    this.endDay = Math.floor(startedAt / day);
    this.firstDay = this.endDay - days;
  }

  on(date: number): LoginDay {
    const known = this.#days.get(date);
    if (known !== undefined) return known;
    const drawn = this.#draw(date);
    if (this.#days.size >= 4) this.#days.clear();
    this.#days.set(date, drawn);
    return drawn;
  }

  total(): number {
    let total = 0;
    for (let date = this.firstDay; date < this.endDay; date++) {
      for (let index = 0; index < this.#plan.users; index++) if (this.#loggedIn(index, date)) total++;
    }
    return total;
  }

  /** Of one user, in milliseconds, the oldest first. */
  of(index: number): readonly number[] {
    const times: number[] = [];
    if (index < 0 || index >= this.#plan.users) return times;
    for (let date = this.firstDay; date < this.endDay; date++) if (this.#loggedIn(index, date)) times.push(this.#time(index, date));
    return times;
  }

  /** Some never log in, some hardly ever, most on most days. */
  #loggedIn(index: number, date: number): boolean {
    const habit = draw(this.#plan.seed, index, aspect.habit);
    if (habit < 0.15 || isSeededInactive(this.#plan, index)) return false;
    const share = habit < 0.25 ? 0.03 : 0.2 + 0.7 * habit;
    return draw(this.#plan.seed ^ date, index, aspect.today) < share;
  }

  #time(index: number, date: number): number {
    return date * day + Math.floor(day * draw(this.#plan.seed ^ date, index, aspect.time));
  }

  #draw(date: number): LoginDay {
    const users: number[] = [];
    for (let index = 0; index < this.#plan.users; index++) if (this.#loggedIn(index, date)) users.push(index);
    const timed = users
      .map((index) => ({ index, time: this.#time(index, date) }))
      .sort((one, other) => one.time - other.time || one.index - other.index);
    return { users: Int32Array.from(timed, ({ index }) => index), times: Float64Array.from(timed, ({ time }) => time) };
  }
}
