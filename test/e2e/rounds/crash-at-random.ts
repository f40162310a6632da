import fc from 'fast-check';
import { type Crash, CrashStage } from './crash-schedule.ts';
import { activeUsers, openRounds } from './rounds.ts';
import { stageOfRounds } from './stage-of-rounds.ts';

export interface CrashSize {
  readonly schedules: number;
  readonly users: number;
}

/** Other sizes than usual where `CRASHES` and `USERS` say so: `CRASHES=30,1 USERS=200,5000` are 30 schedules over 200 users and one over 5,000. */
export function crashSizes(usual: readonly [CrashSize, ...CrashSize[]], { CRASHES, USERS } = process.env): readonly CrashSize[] {
  if (CRASHES === undefined) return usual;
  const users = (USERS ?? String(usual[0].users)).split(',').map(Number);
  return CRASHES.split(',').map((schedules, nth) => ({ schedules: Number(schedules), users: users[nth] ?? users.at(-1) ?? 0 }));
}

export interface CrashesSeen {
  /** Processes killed. */
  readonly kills: number;
  /** Users whom a run did not do, and runs that did not end well. */
  readonly lost: number;
  /** Users who were done more than once, and reports that are not byte for byte the one of a night without crashes. */
  readonly diverged: number;
  /** The first schedule under which either happened. */
  readonly first: string | undefined;
}

/** Runs over so many users, each under another schedule of one to five crashes of its coordinator and its shards. */
export async function crashAtRandom({ schedules, users }: CrashSize): Promise<CrashesSeen> {
  const parts = 2;
  const hooks = { onExchange: () => {} };
  await using assembly = await stageOfRounds({ 'mark-users': { params: { parts }, shards: 2 } });
  await using sandbox = await openRounds(assembly.folder, { users, onExchange: () => hooks.onExchange() });
  const stage = new CrashStage(sandbox, hooks);
  const whole = await stage.run([]);
  const everyone = activeUsers(sandbox);
  const crash: fc.Arbitrary<Crash> = fc.record({
    at: fc.integer({ min: 1, max: parts * users }),
    victim: fc.constantFrom('coordinator', 'shard'),
  });
  const seen = { kills: 0, lost: 0, diverged: 0 };
  let first: string | undefined;
  for (const schedule of fc.sample(fc.array(crash, { minLength: 1, maxLength: 5 }), schedules)) {
    const run = await stage.run(schedule);
    const lost = everyone.filter((id) => !run.marks.has(id)).length + (run.outcome === 'response' ? 0 : 1);
    const strangers = run.marks.size - everyone.filter((id) => run.marks.has(id)).length;
    const repeated = [...run.marks.values()].filter(({ length }) => length !== parts).length;
    const diverged = strangers + repeated + (run.rows === whole.rows && whole.rows !== '' ? 0 : 1);
    if (lost + diverged > 0) first ??= JSON.stringify(schedule);
    seen.kills += run.kills;
    seen.lost += lost;
    seen.diverged += diverged;
  }
  return { ...seen, first };
}
