import { pick } from '../../../sandbox/box/enterprise/random.ts';
import { bodyOf, boxTime, type Event, eventOf, keys, message } from './message.ts';

type Random = () => number;

const minute = 60_000;
const kib = 1024;

/** Requests that must be accepted, in every form in which Box and an ingress may bring them. */
export const validRequests: Readonly<Record<string, (random: Random, now: number) => Event>> = {
  asBoxSends: (random, now) => eventOf(message(now, { body: bodyOf(String(random())) })),
  base64: (random, now) => eventOf({ ...message(now, { body: bodyOf(String(random())) }), isBase64Encoded: true }),
  anyCase: (_, now) => withNames(eventOf(message(now)), (name) => name.toUpperCase()),
  mixedCase: (random, now) =>
    withNames(eventOf(message(now)), (name) => name.replace(/[a-z]/g, (letter) => (random() < 0.5 ? letter.toUpperCase() : letter))),
  primaryOnly: (_, now) => eventOf(message(now, { with: { primary: keys.primary } })),
  secondaryOnly: (_, now) => eventOf(message(now, { with: { secondary: keys.secondary } })),
  primaryReset: (_, now) => eventOf(message(now, { with: { primary: 'reset in the console', secondary: keys.secondary } })),
  secondaryReset: (_, now) => eventOf(message(now, { with: { primary: keys.primary, secondary: 'reset in the console' } })),
  otherFormOfTime: (random, now) => eventOf(message(now, { timestamp: boxTime(now, pick(['utc', 'fraction'] as const, random())) })),
  nearlyTooOld: (_, now) => eventOf(message(now, { timestamp: boxTime(now - 10 * minute, 'fraction') })),
  nearlyTooEarly: (_, now) => eventOf(message(now, { timestamp: boxTime(now + 2 * minute, 'fraction') })),
  rawUnicode: (_, now) => eventOf(message(now, { body: Buffer.from('{"id":"größe 文件 \u{1f4e6}"}') })),
  deeplyNested: (_, now) => eventOf(message(now, { body: Buffer.from('['.repeat(20_000) + ']'.repeat(20_000)) })),
  largest: (random, now) => eventOf({ ...message(now, { body: Buffer.alloc(256 * kib, 'x') }), isBase64Encoded: random() < 0.5 }),
  tiny: (_, now) => eventOf(message(now, { body: Buffer.from('1') })),
};

function withNames(event: Event, rename: (name: string) => string): Event {
  return { ...event, headers: Object.fromEntries(Object.entries(event.headers).map(([name, value]) => [rename(name), value])) };
}
