import type { BoxWorld } from '../call.ts';
import { type BoxEvent, byTime, loginEvent } from './event.ts';
import { day } from './logins.ts';

/** `from` inclusive, `to` exclusive, in milliseconds. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Where a reader stands: after this event. */
export type Stand = Pick<BoxEvent, 'at' | 'id'>;

/** Everything in the window after the reader's stand that can be seen by now, in the order of time. */
export function* adminLogs(world: BoxWorld, window: Window, after: Stand | undefined, logins: boolean): Generator<BoxEvent> {
  const others = produced(world, window, after);
  let other = others.next();
  for (const login of logins ? seeded(world, window, after) : []) {
    for (; !other.done && byTime(other.value, login) < 0; other = others.next()) yield other.value;
    yield login;
  }
  for (; !other.done; other = others.next()) yield other.value;
}

function* produced(world: BoxWorld, { from, to }: Window, after: Stand | undefined): Generator<BoxEvent> {
  const { chronicle } = world.events;
  const start: Stand = after !== undefined && after.at >= from ? after : { at: from, id: '' };
  const now = world.now();
  for (let nth = firstAfter(chronicle, start); nth < chronicle.length; nth++) {
    const event = chronicle[nth];
    if (event === undefined || event.at >= to) return;
    if (event.visibleAt <= now) yield event;
  }
}

function* seeded(world: BoxWorld, { from, to }: Window, after: Stand | undefined): Generator<BoxEvent> {
  const { logins } = world.events;
  const { seed } = world.enterprise.plan;
  const start = Math.max(from, after?.at ?? from);
  const last = Math.min(logins.endDay, Math.ceil(to / day));
  for (let date = Math.max(logins.firstDay, Math.floor(start / day)); date < last; date++) {
    const drawn = logins.on(date);
    for (let nth = firstAt(drawn.times, start); nth < drawn.times.length; nth++) {
      const time = drawn.times[nth] ?? 0;
      if (time >= to) return;
      const event = loginEvent(seed, world.enterprise, drawn, nth);
      if (after === undefined || byTime(event, after) > 0) yield event;
    }
  }
}

function firstAfter(chronicle: readonly BoxEvent[], stand: Stand): number {
  return lowerBound(chronicle.length, (nth) => byTime(chronicle[nth] ?? stand, stand) <= 0);
}

function firstAt(times: Float64Array, at: number): number {
  return lowerBound(times.length, (nth) => (times[nth] ?? 0) < at);
}

/** The first position that is not before. */
function lowerBound(length: number, isBefore: (nth: number) => boolean): number {
  let [from, to] = [0, length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (isBefore(middle)) from = middle + 1;
    else to = middle;
  }
  return from;
}
