import { createHash } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import { failed, throttled } from '../faults/fault-error.ts';
import type { Faults } from '../faults/faults.ts';
import type { AwsError } from '../http/aws-error.ts';
import { deliver } from './deliver.ts';
import { nextDue } from './next-due.ts';
import type { Schedule, Scheduler } from './scheduler.ts';

/** AWS only says that retries back off exponentially; with these its 185 fit into its 24 hours. */
const backoff = { firstMs: 1000, longestMs: 8 * 60_000 };

/** Starts schedules when they are due by the sandbox's clock, each due time once, somewhere within its flexible window. */
export class Timetable {
  readonly #scheduler: Scheduler;
  readonly #clock: SandboxClock;
  readonly #faults: Faults;
  /** What was due by then has been seen to. */
  #seenTo = 0;
  /** Since when a schedule is as it is, by name. */
  readonly #changedAt = new Map<string, number>();
  #callOff: () => void = () => {};

  constructor(scheduler: Scheduler, clock: SandboxClock, faults: Faults) {
    this.#scheduler = scheduler;
    this.#clock = clock;
    this.#faults = faults;
  }

  /** What is due from now on, without end. */
  start(): void {
    this.#seenTo = this.#clock.now() - 1;
    this.#scheduler.onChange = (name) => {
      this.#changedAt.set(name, this.#clock.now() - 1);
      this.#arm();
    };
    this.#arm();
  }

  #arm(): void {
    this.#callOff();
    const dues = this.#enabled().flatMap((schedule) => this.#dueOf(schedule) ?? []);
    if (dues.length === 0) return;
    const due = Math.min(...dues);
    // A day without runs is nothing that a sandbox which skips waits would jump to by itself.
    this.#callOff = this.#clock.at(due, () => this.#become(due), { isDeadline: true });
  }

  #become(due: number): void {
    const schedules = this.#enabled().filter((schedule) => this.#dueOf(schedule) === due);
    this.#seenTo = due;
    for (const { name, windowMinutes } of schedules) {
      const run = () => void this.#start(name, due);
      if (windowMinutes === 0) run();
      else this.#clock.at(due + drawn(name, due) * windowMinutes * 60_000, run, { isDeadline: true });
    }
    this.#arm();
  }

  #dueOf(schedule: Schedule): number | undefined {
    return nextDue(schedule, Math.max(this.#seenTo, this.#changedAt.get(schedule.name) ?? 0));
  }

  async #start(name: string, due: number): Promise<void> {
    const schedule = this.#scheduler.find(name);
    if (!schedule?.enabled) return;
    await deliver(schedule, due, this.#scheduler.host, {
      trouble: () => this.#trouble(schedule),
      whileBusy: (work) => this.#clock.whileBusy(work),
      pause: (retry) => this.#pause(Math.min(backoff.firstMs * 2 ** (retry - 1), backoff.longestMs)),
    });
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.#clock.at(this.#clock.now() + milliseconds, resolve));
  }

  /** Faults of Lambda that are set for the schedule's role; one that is only slow, or that loses an answer, delivers. */
  #trouble({ role }: Schedule): AwsError | undefined {
    const fault = this.#faults.next({ service: 'lambda', action: 'lambda:InvokeFunction', principal: role.arn });
    if (fault === undefined || fault.kind === 'slow' || fault.kind === 'answerLost') return undefined;
    return fault.kind === 'throttle' ? throttled('lambda') : failed('lambda', fault.kind === 'error' ? (fault.status ?? 500) : 500);
  }

  #enabled(): readonly Schedule[] {
    return this.#scheduler.schedules.filter(({ enabled }) => enabled);
  }
}

/** From 0 to 1, the same for the same due time. */
function drawn(name: string, due: number): number {
  return createHash('sha256').update(`${name} ${due}`).digest().readUInt32BE() / 2 ** 32;
}
