import type { BoxWorld } from '../call.ts';
import { draw } from '../enterprise/random.ts';
import { type BoxEvent, eventType, loginEvent } from './event.ts';
import { day } from './logins.ts';

const kept = 14;
/** Positions of seeded logins: the day, then the place in it. */
const placesPerDay = 10_000_000;
/** Positions of what has happened since the start. */
const firstProduced = 1e15;

export interface StreamPage {
  readonly events: readonly BoxEvent[];
  readonly next: number;
}

/** The position behind everything there is. */
export function streamEnd(world: BoxWorld): number {
  return firstProduced + world.events.delivered().length;
}

/** Events from a position on, at most `limit`, of the last 14 days. Some come twice, and not in their order. */
export function readStream(world: BoxWorld, position: number, limit: number, wanted: (type: string | undefined) => boolean): StreamPage {
  const events: BoxEvent[] = [];
  const oldest = world.now() - kept * day;
  let next = position;
  if (next < firstProduced) next = wanted('LOGIN') ? readLogins(world, next, limit, oldest, events) : firstProduced;
  const delivered = world.events.delivered();
  for (; next >= firstProduced && next - firstProduced < delivered.length && events.length < limit; next++) {
    const event = delivered[next - firstProduced];
    if (event && event.at >= oldest && wanted(eventType(event, 'enterprise'))) events.push(event);
  }
  return { events, next };
}

function readLogins(world: BoxWorld, position: number, limit: number, oldest: number, events: BoxEvent[]): number {
  const { logins } = world.events;
  const { seed } = world.enterprise.plan;
  const first = Math.max(logins.firstDay, Math.floor(oldest / day));
  let date = Math.max(first, Math.floor(position / placesPerDay));
  let place = date === Math.floor(position / placesPerDay) ? position % placesPerDay : 0;
  for (; date < logins.endDay; date++, place = 0) {
    const drawn = logins.on(date);
    const order = shuffled(seed ^ date, drawn.times.length);
    for (; place < order.length; place++) {
      if (events.length >= limit) return date * placesPerDay + place;
      const nth = order[place] ?? 0;
      if ((drawn.times[nth] ?? 0) >= oldest) events.push(loginEvent(seed, world.enterprise, drawn, nth));
    }
  }
  return firstProduced;
}

let lastOrder: { readonly key: number; readonly length: number; readonly order: Int32Array } | undefined;

/** Each of 0 … length - 1 near its place, three in a hundred twice. */
function shuffled(key: number, length: number): Int32Array {
  if (lastOrder?.key === key && lastOrder.length === length) return lastOrder.order;
  const ranked: { readonly nth: number; readonly rank: number }[] = [];
  for (let nth = 0; nth < length; nth++) {
    ranked.push({ nth, rank: nth + 12 * draw(key, nth, 520) });
    if (draw(key, nth, 521) < 0.03) ranked.push({ nth, rank: nth + 40 * draw(key, nth, 522) });
  }
  ranked.sort((one, other) => one.rank - other.rank);
  const order = Int32Array.from(ranked, ({ nth }) => nth);
  lastOrder = { key, length, order };
  return order;
}
