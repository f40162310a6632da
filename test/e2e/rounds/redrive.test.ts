import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Attempt } from '../../sandbox/aws/lambda/attempt.ts';
import { durableEnd, executionsOf } from '../../sandbox/durable-run.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { knock } from '../knock.ts';
import { activeUsers, marksIn, openRounds } from './rounds.ts';
import { type RoundsAssembly, stageOfRounds } from './stage-of-rounds.ts';

const job = 'mark-users';
const due = '2026-11-22T02:00:00Z';

let assembly: RoundsAssembly;
// Each of these is a night or three, which take a while where many tests run at once.
vi.setConfig({ testTimeout: 60_000 });
beforeAll(async () => {
  assembly = await stageOfRounds({ [job]: { params: { parts: 2 } } });
});
afterAll(() => assembly[Symbol.asyncDispose]());

interface Night extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly hooks: { onExchange: () => void };
  readonly everyone: readonly string[];
  /** More of them than the job bears, whom Box refuses since the run has begun. */
  readonly refused: readonly string[];
  /** Box grants them tokens again, or refuses them. */
  set(status: 'active' | 'inactive'): void;
}

/** A night after which the run has failed. */
async function failedNight(): Promise<Night> {
  const hooks = { onExchange: () => {} };
  const sandbox = await openRounds(assembly.folder, { users: 9, onExchange: () => hooks.onExchange() });
  const everyone = activeUsers(sandbox);
  const refused = everyone.filter((_, nth) => nth % 3 !== 1);
  const set = (status: 'active' | 'inactive') => {
    for (const user of refused) sandbox.box.enterprise.change(user, { status });
  };
  hooks.onExchange = () => {
    if (sandbox.box.journal.entries.some(({ path }) => path === '/2.0/users')) set('inactive');
  };
  expect(await sandbox.run(job, new Date(due))).toMatchObject({ payload: { errorType: 'TOO_MANY_FAILED' } });
  hooks.onExchange = () => {};
  return { sandbox, hooks, everyone, refused, set, [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose]() };
}

async function redriven({ sandbox }: Pick<Night, 'sandbox'>): Promise<Attempt> {
  const functionName = sandbox.functionName(job);
  const before = (await executionsOf(sandbox.lambda, functionName)).length;
  expect(await knock(sandbox, 'Operations', { operation: 'redrive', job, due })).toMatchObject({ status: 200, answer: { was: 'failed' } });
  await vi.waitFor(async () => expect(await executionsOf(sandbox.lambda, functionName)).toHaveLength(before + 1));
  return durableEnd(sandbox.lambda, sandbox.aws, functionName);
}

const runOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** Rows of the report of that run. */
async function reportOf(sandbox: Sandbox, { requestId }: Attempt): Promise<string> {
  const key = (await sandbox.reportKeys('reports/')).find((name) => name.includes(runOf(requestId)) && name.endsWith('rows.ndjson')) ?? '';
  return Buffer.from(await sandbox.readReport(key)).toString();
}

/** Users whose part of the work Box was asked for from there on. */
const askedFor = ({ box }: Sandbox, from: number): readonly string[] => {
  const asked = box.journal.entries.slice(from).filter(({ path }) => path === '/2.0/folders');
  return [...new Set(asked.map(({ subject }) => subject ?? ''))].sort();
};

describe('a redrive', () => {
  it.each([
    [[]],
    [[{ at: 2, victim: 'shard' }]],
    [
      [
        { at: 3, victim: 'coordinator' },
        { at: 7, victim: 'shard' },
      ],
    ],
  ] as const)('does only those who were not done, and its report has everybody: killed %j', async (schedule) => {
    await using night = await failedNight();
    const { sandbox, hooks, everyone, refused } = night;
    night.set('active');
    const victims = { coordinator: sandbox.functionName(job), shard: sandbox.shardsOf(job) };
    const from = sandbox.box.journal.entries.length;
    let exchanges = 0;
    let kills = 0;
    hooks.onExchange = () => {
      exchanges++;
      for (const { at, victim } of schedule) if (at === exchanges) void sandbox.aws.kill(victims[victim]).then((count) => (kills += count));
    };
    const numbers = { users: everyone.length, done: everyone.length, failed: 0, marks: 2 * everyone.length };
    const again = await redriven(night);
    expect(again).toMatchObject({ outcome: 'response', payload: numbers });
    expect(kills).toBeGreaterThanOrEqual(Math.min(1, schedule.length));
    expect(askedFor(sandbox, from)).toEqual(refused.toSorted());
    hooks.onExchange = () => {};
    const quiet = await sandbox.run(job, new Date('2026-11-23T02:00:00Z'));
    expect(await reportOf(sandbox, again)).toBe(await reportOf(sandbox, quiet));
  });

  it('that fails too is itself gone on from, and its ledger has everybody', async () => {
    await using night = await failedNight();
    const { sandbox, everyone, refused } = night;
    expect(await redriven(night)).toMatchObject({ payload: { errorType: 'TOO_MANY_FAILED' } });
    night.set('active');
    const from = sandbox.box.journal.entries.length;
    const { payload, requestId } = await redriven(night);
    expect(payload).toMatchObject({ done: everyone.length, failed: 0 });
    expect(askedFor(sandbox, from)).toEqual(refused.toSorted());
    const books = await Promise.all((await sandbox.reportKeys(`ledger/${job}/${runOf(requestId)}/`)).map((key) => sandbox.readReport(key)));
    const lines = Buffer.concat(books).toString().trimEnd().split('\n');
    const done = lines.map((line) => JSON.parse(line)).filter(({ end }) => end === 'done');
    expect(done.map(({ user }) => user).sort()).toEqual(everyone.toSorted());
  });

  it('of a run that somebody has stopped does those who were left', async () => {
    const hooks = { onExchange: () => {} };
    await using sandbox = await openRounds(assembly.folder, { users: 40, onExchange: () => hooks.onExchange() });
    sandbox.box.faults.always({ path: '/2.0/folders' }, { kind: 'slow', milliseconds: 200 });
    let stopped: Promise<unknown> | undefined;
    hooks.onExchange = () => {
      // Two for each user, four users at once: the first of them are done by then.
      if (sandbox.box.journal.effects.filter(({ action }) => action === 'ITEM_CREATE').length > 16) stopped ??= stop(sandbox);
    };
    expect(await sandbox.run(job, new Date(due))).toMatchObject({ payload: { errorType: 'RUN_STOPPED' } });
    await stopped;
    sandbox.box.faults.clear();
    const before = marksIn(sandbox).size;
    const from = sandbox.box.journal.entries.length;
    const everyone = activeUsers(sandbox).length;
    expect(await redriven({ sandbox })).toMatchObject({ payload: { done: everyone, failed: 0 } });
    expect(before).toBeGreaterThan(0);
    expect(askedFor(sandbox, from).length).toBeLessThan(everyone);
    expect(marksIn(sandbox).size).toBe(everyone);
  });

  it('of a run that has left nothing any more is refused', async () => {
    await using night = await failedNight();
    await night.sandbox.aws.advance(8 * 86_400_000);
    const answer = await knock(night.sandbox, 'Operations', { operation: 'redrive', job, due });
    expect(answer).toMatchObject({ answer: { error: { code: 'COMMAND_INVALID', message: expect.stringMatching(/anew/) } } });
  });
});

/** As an operator would; its shards, which look at the switch now and then, are made to look at once. */
async function stop(sandbox: Sandbox): Promise<void> {
  const [arn = ''] = await executionsOf(sandbox.lambda, sandbox.functionName(job));
  await knock(sandbox, 'Operations', { operation: 'stop', job, run: runOf(arn), reason: 'Enough' });
  await sandbox.aws.kill(sandbox.shardsOf(job));
}
