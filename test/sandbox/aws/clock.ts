import { setImmediate as pause } from 'node:timers/promises';

export interface ClockOptions {
  /** Milliseconds since 1970. Absent: the machine's clock, which cannot be moved. */
  readonly now?: (() => number) | undefined;
  /** Time jumps to the next wait or retry whenever nothing runs. */
  readonly skipsWaits?: boolean | undefined;
}

interface Alarm {
  readonly time: number;
  readonly run: () => void;
  /** Met when its time comes, but never a reason to jump there. */
  readonly isDeadline: boolean;
}

/** Node's timers take no longer delays; an owned clock may move without a word, so it is looked at more often. */
const longestDelay = { machine: 2 ** 31 - 1, owned: 100 };

/** The time of the sandbox, and what is to happen at which time. Who owns it moves it on; alarms in between go off in their order. */
export class SandboxClock {
  readonly isOwned: boolean;
  readonly #now: () => number;
  readonly #skipsWaits: boolean;
  readonly #alarms = new Set<Alarm>();
  #offset = 0;
  #busy = 0;
  readonly #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor({ now, skipsWaits = false }: ClockOptions = {}) {
    this.isOwned = now !== undefined;
    this.#now = now ?? Date.now;
    this.#skipsWaits = skipsWaits && this.isOwned;
  }

  readonly now = (): number => this.#now() + this.#offset;

  /** Runs something once, at a time or soon after it. @returns what calls it off */
  at(time: number, run: () => void, { isDeadline = false } = {}): () => void {
    const alarm = { time, run, isDeadline };
    this.#alarms.add(alarm);
    this.#arm();
    return () => {
      this.#alarms.delete(alarm);
    };
  }

  /** Moves the clock on, and waits after each alarm for what it sets off. @throws Error when the clock is the machine's. */
  async advance(milliseconds: number): Promise<void> {
    if (!this.isOwned) throw new Error('The clock is the machine’s: give startAws a `now` to own it.');
    await this.#idle();
    const until = this.now() + milliseconds;
    for (let alarm = this.#next(); alarm !== undefined && alarm.time <= until; alarm = this.#next()) {
      this.#goOff(alarm);
      await this.#idle();
    }
    this.#offset += Math.max(0, until - this.now());
    this.#arm();
  }

  /** Something runs whose end the next jump has to wait for. */
  async whileBusy<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      if (this.#busy === 0) for (const resume of this.#waiting.splice(0)) resume();
      this.#arm();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#alarms.clear();
  }

  /** Nothing runs, nor will what has just ended set anything off. */
  async #idle(): Promise<void> {
    await pause();
    while (this.#busy > 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      await pause();
    }
  }

  #next(): Alarm | undefined {
    return [...this.#alarms].sort((a, b) => a.time - b.time)[0];
  }

  #goOff(alarm: Alarm): void {
    this.#offset += Math.max(0, alarm.time - this.now());
    this.#alarms.delete(alarm);
    alarm.run();
  }

  #jump(): void {
    if (this.#busy > 0 || ![...this.#alarms].some((alarm) => !alarm.isDeadline)) return;
    const next = this.#next();
    if (next !== undefined) this.#goOff(next);
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const next = this.#next();
    if (next === undefined) return;
    if (this.#skipsWaits && this.#busy === 0) setImmediate(() => this.#jump());
    const delay = Math.min(Math.max(0, next.time - this.now()), this.isOwned ? longestDelay.owned : longestDelay.machine);
    this.#timer = setTimeout(() => {
      for (let due = this.#next(); due !== undefined && due.time <= this.now(); due = this.#next()) this.#goOff(due);
      this.#arm();
    }, delay);
    this.#timer.unref();
  }
}
