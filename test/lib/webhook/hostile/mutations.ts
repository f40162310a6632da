import type { Receipt } from '../../../../lib/webhook/receiver.ts';
import { pick } from '../../../sandbox/box/enterprise/random.ts';
import { bodyOf, boxTime, type Event, eventOf, headersOf, keys, type Message, message, sign } from './message.ts';

type Random = () => number;

/** One change of a valid, signed request, and what it must be answered with. */
export interface Mutation {
  readonly answer: Exclude<Receipt, 'accepted' | 'unavailable'>;
  make(random: Random, now: number): Event;
}

const minute = 60_000;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const unsigned = (make: Mutation['make']): Mutation => ({ answer: 'unsigned', make });
const malformed = (make: Mutation['make']): Mutation => ({ answer: 'malformed', make });
const tooLarge = (make: Mutation['make']): Mutation => ({ answer: 'tooLarge', make });

const fresh = (random: Random, now: number): Message => message(now, { body: bodyOf(String(random())) });
const changed = (change: (given: Message, random: Random, now: number) => Partial<Message>): Mutation['make'] => {
  return (random, now) => {
    const given = fresh(random, now);
    return eventOf({ ...given, ...change(given, random, now) });
  };
};
const withHeaders = (change: (headers: Record<string, string>, random: Random) => Record<string, string>): Mutation['make'] => {
  return (random, now) => {
    const given = fresh(random, now);
    return { ...eventOf(given), headers: change(headersOf(given), random) };
  };
};
/** Only one header signs, so that nothing else vouches for the body. */
const signedOnce = (change: (signature: string, random: Random) => string): Mutation['make'] =>
  changed((given, random) =>
    random() < 0.5
      ? { primary: change(given.primary ?? '', random), secondary: undefined }
      : { primary: undefined, secondary: change(given.secondary ?? '', random) },
  );

const oldTime = (random: Random, now: number): string => boxTime(now - 10 * minute - 1000 - random() * 1e9);

export const mutations: Readonly<Record<string, Mutation>> = {
  bitFlipped: unsigned(changed(({ body }, random) => ({ body: flipped(body, random) }))),
  bitFlippedInBase64: unsigned(changed(({ body }, random) => ({ body: flipped(body, random), isBase64Encoded: true }))),
  truncated: unsigned(changed(({ body }, random) => ({ body: body.subarray(0, 1 + Math.floor(random() * (body.length - 1))) }))),
  appended: unsigned(changed(({ body }) => ({ body: Buffer.concat([body, Buffer.from(' ')]) }))),
  writtenAgain: unsigned(changed(({ body }) => ({ body: Buffer.from(JSON.stringify(JSON.parse(body.toString()))) }))),
  otherBody: unsigned(changed((_, random) => ({ body: bodyOf(`other ${random()}`) }))),
  nestedBody: unsigned(changed(() => ({ body: Buffer.from('['.repeat(50_000)) }))),
  wrongCharset: unsigned((_, now) => ({ ...eventOf(message(now)), body: Buffer.from('{"id":"größe"}', 'utf8').toString('latin1') })),
  wrongCharsetSigned: unsigned((_, now) => {
    const body = Buffer.from('{"id":"größe"}');
    return { ...eventOf(message(now, { body })), body: body.toString('latin1') };
  }),
  otherSecond: unsigned(changed((_, __, now) => ({ timestamp: boxTime(now - 1000) }))),
  sameTimeOtherwiseWritten: unsigned(changed((_, __, now) => ({ timestamp: boxTime(now, 'utc') }))),
  recorded: unsigned((random, now) => eventOf(message(now, { timestamp: oldTime(random, now) }))),
  justTooOld: unsigned((_, now) => eventOf(message(now, { timestamp: boxTime(now - 10 * minute - 1, 'fraction') }))),
  fromTheFuture: unsigned((random, now) => eventOf(message(now, { timestamp: boxTime(now + 2 * minute + 1000 + random() * 1e9) }))),
  justTooEarly: unsigned((_, now) => eventOf(message(now, { timestamp: boxTime(now + 2 * minute + 1, 'fraction') }))),
  strangersKeys: unsigned((random, now) => eventOf(message(now, { with: { primary: String(random()), secondary: String(random()) } }))),
  emptyKeys: unsigned((_, now) => eventOf(message(now, { with: { primary: '', secondary: '' } }))),
  swappedKeys: unsigned(changed(({ primary, secondary }) => ({ primary: secondary, secondary: primary }))),
  primaryInBoth: unsigned(changed(({ primary }) => ({ primary: undefined, secondary: primary }))),
  bodyAlone: unsigned(changed(({ body }) => ({ primary: sign(keys.primary, body, ''), secondary: undefined }))),
  timeFirst: unsigned(
    changed(({ body, timestamp }) => ({ primary: sign(keys.primary, Buffer.from(timestamp), body.toString()), secondary: undefined })),
  ),
  signatureChanged: unsigned(signedOnce((signature, random) => replacedAt(signature, Math.floor(random() * 42), random))),
  // The last character before the padding has two bits that stand for nothing.
  spareBitsChanged: unsigned(
    signedOnce((signature) => `${signature.slice(0, 42)}${alphabet[alphabet.indexOf(signature.charAt(42)) ^ 1]}=`),
  ),
  signatureTruncated: malformed(signedOnce((signature, random) => signature.slice(0, Math.floor(random() * 43)))),
  signatureLonger: malformed(signedOnce((signature) => `${signature}AAAA`)),
  signatureInHex: malformed(signedOnce((signature) => Buffer.from(signature, 'base64').toString('hex'))),
  signatureForUrls: malformed(signedOnce((signature) => `-_${signature.slice(2)}`)),
  signatureTwice: malformed(signedOnce((signature) => `${signature},${signature}`)),
  signatureEmpty: malformed(signedOnce(() => '')),
  noSignature: malformed(changed(() => ({ primary: undefined, secondary: undefined }))),
  noTime: malformed(withHeaders(({ 'box-delivery-timestamp': _, ...others }) => others)),
  noVersion: malformed(changed(() => ({ version: undefined }))),
  otherVersion: malformed(changed((_, random) => ({ version: pick(['2', '', '1,1', '01', ' 1'], random()) }))),
  noAlgorithm: malformed(changed(() => ({ algorithm: undefined }))),
  otherAlgorithm: malformed(
    changed((_, random) => ({ algorithm: pick(['none', 'HmacSHA1', 'hmacsha256', '', 'HmacSHA256,HmacSHA256'], random()) })),
  ),
  noTimeAtAll: malformed((random, now) => eventOf(message(now, { timestamp: pick(noTimes, random()) }))),
  timeTwice: malformed((_, now) => eventOf(message(now, { timestamp: `${boxTime(now)},${boxTime(now)}` }))),
  headerInTwoCases: malformed(
    withHeaders((headers, random) => {
      const name = pick(
        Object.keys(headers).filter((each) => each.startsWith('box-')),
        random(),
      );
      return { ...headers, [name.toUpperCase()]: headers[name] ?? '' };
    }),
  ),
  noHeaders: malformed(withHeaders(() => ({}))),
  noBody: malformed((_, now) => ({ ...eventOf(message(now, { body: Buffer.alloc(0) })) })),
  huge: tooLarge((_, now) => eventOf(message(now, { body: Buffer.alloc(256 * 1024 + 1, 'x') }))),
  hugeInBase64: tooLarge((_, now) => eventOf({ ...message(now, { body: Buffer.alloc(256 * 1024 + 1, 'x') }), isBase64Encoded: true })),
  // Fewer characters than bytes.
  hugeOnceDecoded: tooLarge((_, now) => eventOf(message(now, { body: Buffer.from('ß'.repeat(200 * 1024)) }))),
};

const noTimes = [
  '',
  'now',
  'Invalid Date',
  '1763776800',
  '2026-11-22',
  '2026-11-22T02:00:00',
  '2026-13-22T02:00:00Z',
  'Sun, 22 Nov 2026 02:00:00 GMT',
  '+012026-11-22T02:00:00Z',
];

function flipped(body: Buffer, random: Random): Buffer {
  const other = Buffer.from(body);
  const at = Math.floor(random() * other.length);
  // Bits 0 to 6: the byte stays a character by itself, so that no decoder has a say.
  other[at] = (other[at] ?? 0) ^ (1 << Math.floor(random() * 7));
  return other;
}

function replacedAt(signature: string, at: number, random: Random): string {
  const others = alphabet.replace(signature.charAt(at), '');
  return `${signature.slice(0, at)}${others.charAt(Math.floor(random() * others.length))}${signature.slice(at + 1)}`;
}
