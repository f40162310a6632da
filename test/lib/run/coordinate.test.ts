import { expect, it } from 'vitest';
import { NightporterError } from '../../../lib/errors.ts';
import { createLog } from '../../../lib/observe/log.ts';
import { type CoordinatorWork, coordinate } from '../../../lib/run/coordinate.ts';
import type { FanOut } from '../../../lib/run/engine.ts';
import { noProgress, type Progress } from '../../../lib/run/progress.ts';
import type { ShardAnswer } from '../../../lib/run/shard.ts';
import type { ShardInput } from '../../../lib/run/shard-input.ts';
import { RememberingEngine } from './remembering-engine.ts';

class FanningEngine extends RememberingEngine implements FanOut {
  readonly #shard: (input: ShardInput) => ShardAnswer;

  constructor(shard: (input: ShardInput) => ShardAnswer) {
    super();
    this.#shard = shard;
  }

  async each<T>(_name: string, count: number, work: (branch: FanOut, index: number) => Promise<T>): Promise<readonly T[]> {
    return Promise.all(Array.from({ length: count }, (_, index) => work(this, index)));
  }

  async invoke<T>(name: string, input: object): Promise<T> {
    return this.step(name, async () => this.#shard(input as ShardInput) as T);
  }
}

/** A run of 200 users in one shard, of whom its first execution does 190 and hands ten back. */
async function endedWith(second: () => ShardAnswer, change?: CoordinatorWork['change']) {
  const book: Progress[] = [];
  const ends: unknown[] = [];
  const noted: object[] = [];
  const note = async (fields: object) => void noted.push(fields);
  const claim = { note, done: async () => {}, failed: async (code: string) => void ends.push(code) };
  const work: CoordinatorWork = {
    run: { id: 'r', job: 'j', scheduledTime: new Date(0) },
    due: 'd',
    leaseMs: 1,
    claims: { take: async () => 1, held: () => claim },
    progress: { put: async (_, progress) => void book.push(progress), all: async () => book, stop: async () => {} },
    log: createLog({ stage: 's', job: 'j', write: () => {} }),
    shardsAtOnce: 1,
    usersAtOnce: 4,
    memoryMiB: 512,
    execution: 'arn',
    startedBy: 'scheduler',
    began: { at: 0, coldStart: true },
    params: {},
    tolerate: { users: 1_000, share: 0.1 },
    hasRoster: true,
    roster: async () => ({ users: 200, shards: 1 }),
    earlier: undefined,
    publish: undefined,
    change,
  };
  const engine = new FanningEngine(({ shard, execution }) => {
    if (execution > 1) return second();
    book.push({ ...noProgress, shard, execution, done: 190 });
    return { left: 10 };
  });
  const result = await coordinate(engine, work).catch((error: NightporterError) => error.code);
  return { result, ends, noted, reasons: book.at(-1)?.reasons };
}

it('a shard that is lost later than in its first execution loses only whom it had left', async () => {
  const told = await endedWith(() => ({ left: 0, lost: 'WORK_LOST' }));
  expect(told).toMatchObject({ result: { users: 200, done: 190, failed: 10 }, reasons: { WORK_LOST: 10 } });
  const gone = () => {
    throw new NightporterError('SHARD_LOST', 'It is gone.');
  };
  expect(await endedWith(gone)).toMatchObject({ result: { done: 190, failed: 10 }, reasons: { SHARD_LOST: 10 } });
});

it('what was found stays in the record when the changes that follow are refused', async () => {
  const refused = async () => {
    throw new NightporterError('PLAN_TOO_LARGE', 'It is too large.');
  };
  const { result, ends, noted } = await endedWith(() => ({ left: 0, lost: 'WORK_LOST' }), refused);
  expect({ result, ends }).toEqual({ result: 'PLAN_TOO_LARGE', ends: ['PLAN_TOO_LARGE'] });
  expect(noted.at(-1)).toMatchObject({ users: 200, done: 190, failed: 10, reasons: { WORK_LOST: 10 }, costUSD: expect.any(Number) });
});

it('a run that was stopped before all were done says so, however few were left', async () => {
  const { result, ends } = await endedWith(() => ({ left: 0, lost: 'RUN_STOPPED' }));
  expect({ result, ends }).toEqual({ result: 'RUN_STOPPED', ends: ['RUN_STOPPED'] });
});
