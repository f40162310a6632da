import { createSecretKey } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Packable } from '../../../../lib/webhook/envelope.ts';
import { type Receive, receiver } from '../../../../lib/webhook/receiver.ts';
import type { SigningKeysSource } from '../../../../lib/webhook/signing-keys.ts';
import { pick, randomStream } from '../../../sandbox/box/enterprise/random.ts';
import { keys } from './message.ts';
import { mutations } from './mutations.ts';
import { validRequests } from './valid.ts';

/** What came of so many requests. */
export interface Tally {
  readonly valid: number;
  readonly hostile: number;
  /** Hostile ones that were accepted. */
  readonly accepted: number;
  /** Valid ones that were not. */
  readonly refused: number;
  /** Answers of another class than the request's. */
  readonly misjudged: number;
  readonly crashes: number;
  /** Names of what went wrong. */
  readonly wrong: readonly string[];
  /** Bytes of the heap in use, when a quarter of the traffic had passed and at the end. */
  readonly heap: readonly [number, number];
}

const versionId = 'v';
export const knownKeys: SigningKeysSource = {
  get: async () => ({ primary: createSecretKey(keys.primary, 'utf8'), secondary: createSecretKey(keys.secondary, 'utf8'), versionId }),
  newerThan: async () => undefined,
};

/** Large ones are a hundred times the work of the others. */
const rare = new Set(['largest', 'huge', 'hugeInBase64', 'hugeOnceDecoded', 'deeplyNested', 'nestedBody']);

/** A fifth of the requests is valid; the same seed gives the same traffic. */
export async function traffic(requests: number, seed: number): Promise<Tally> {
  const random = randomStream(seed);
  const now = Date.UTC(2026, 10, 22, 2, 0, 0, 500);
  let queued = 0;
  const enqueue = async (_: Packable) => void queued++;
  const receive = receiver({ keys: knownKeys, enqueue, now: () => now });
  const count = { valid: 0, hostile: 0, accepted: 0, refused: 0, misjudged: 0, crashes: 0 };
  const wrong = new Set<string>();
  let early = 0;
  for (let nth = 0; nth < requests; nth++) {
    if (nth === Math.floor(requests / 4)) early = heapUsed();
    const isValid = nth % 5 === 0;
    const name = chosen(Object.keys(isValid ? validRequests : mutations), random);
    const expected = isValid ? 'accepted' : (mutations[name]?.answer ?? 'accepted');
    const event = (isValid ? validRequests[name] : mutations[name]?.make)?.(random, now) ?? {};
    const before = queued;
    const answer = await judged(receive, event);
    count[isValid ? 'valid' : 'hostile']++;
    if (answer === expected && queued - before === (isValid ? 1 : 0)) continue;
    wrong.add(name);
    if (answer === 'crash') count.crashes++;
    else if (isValid) count.refused++;
    else if (answer === 'accepted' || queued > before) count.accepted++;
    else count.misjudged++;
  }
  return { ...count, wrong: [...wrong], heap: [early, heapUsed()] };
}

function chosen(names: readonly string[], random: () => number): string {
  const name = pick(names, random());
  return rare.has(name) && random() < 0.95 ? chosen(names, random) : name;
}

async function judged(receive: Receive, event: Parameters<Receive>[0]) {
  try {
    return await receive(event);
  } catch {
    return 'crash' as const;
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
