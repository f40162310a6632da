import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Applied, Unfinished } from '../../../../lib/declare/changing-job.ts';
import { NightporterError } from '../../../../lib/errors.ts';
import { applyPart } from '../../../../lib/run/apply/apply-part.ts';
import { carryOut as carryOutParts } from '../../../../lib/run/apply/carry-out.ts';
import type { Entry } from '../../../../lib/run/apply/ledger.ts';
import type { Engine } from '../../../../lib/run/engine.ts';
import type { PlannedAction } from '../../../../lib/run/plan/plan-file.ts';
import { setPaused, setStopped } from '../../../../lib/run/switches.ts';
import { action, somePlan } from '../plan/some-plan.ts';
import { diesAt, RememberingEngine } from '../remembering-engine.ts';
import { type StageOfPlans, stageOfPlans } from '../stage-of-plans.ts';
import { type Applying, type World, worldOf } from './world-of-links.ts';

/** Coordinator and parts in one engine, as if Lambda did not stand between them. */
const carryOut = (engine: Engine, options: Applying) =>
  carryOutParts(engine, { ...options, part: (start) => applyPart(engine, { ...options, ...start }), note: async () => {} });

let stage: StageOfPlans;
beforeAll(async () => {
  stage = await stageOfPlans();
});
afterAll(() => stage[Symbol.asyncDispose]());

const world = (actions: number, more: Partial<Applying> = {}): World => worldOf(stage, actions, more);

describe('a plan that is carried out', () => {
  it('is applied in its order, and the book says what was before and after, and what undoes it', async () => {
    const { links, options, read } = world(3);
    expect(await carryOut(new RememberingEngine(), options)).toEqual({ done: 3, already: 0, changed: 0, failed: 0, unknown: 0 });
    expect(links.writes).toEqual(['501', '502', '503']);
    const book = await read('ledger.ndjson');
    expect(book).toMatchObject(
      [1, 2, 3].map((number) => ({ number, outcome: 'done', before: { access: 'open' }, after: { access: 'company' } })),
    );
    const undo = await read('undo.ndjson');
    expect(undo).toMatchObject([3, 2, 1].map((number) => ({ number, set: { access: 'open' }, how: 'Make the link open again.' })));
  });

  it('leaves what has changed since alone, and what somebody else has done already', async () => {
    const { links, options, read } = world(3);
    links.etags.set('501', '4');
    links.access.set('502', 'company');
    expect(await carryOut(new RememberingEngine(), options)).toEqual({ done: 1, already: 1, changed: 1, failed: 0, unknown: 0 });
    expect(links.writes).toEqual(['503']);
    expect((await read('undo.ndjson'))?.map(({ number }) => number)).toEqual([3]);
  });

  it('has no undo file when nothing can be undone', async () => {
    const plan = somePlan(1, { actions: [action(1, { undo: null })] });
    const apply = async (): Promise<Applied> => ({ outcome: 'done', before: {}, after: {} });
    const { options, read } = world(1, { plan: async () => plan, apply });
    await carryOut(new RememberingEngine(), options);
    expect(await read('ledger.ndjson')).toHaveLength(1);
    expect(await read('undo.ndjson')).toBeUndefined();
  });

  it('goes on after an action that fails, says so in the end, and writes no message of others down', async () => {
    const { links, options, read } = world(3);
    const apply = async (action: PlannedAction) => {
      if (action.id === 'a2') throw new NightporterError('BOX_REQUEST_FAILED', 'CANARY');
      return links.apply(action);
    };
    await expect(carryOut(new RememberingEngine(), { ...options, apply })).rejects.toThrow(
      expect.objectContaining({ code: 'ACTIONS_FAILED' }),
    );
    expect(links.writes).toEqual(['501', '503']);
    expect((await read('ledger.ndjson'))?.[1]).toMatchObject({ outcome: 'failed', code: 'BOX_REQUEST_FAILED' });
    expect(JSON.stringify(await read('ledger.ndjson'))).not.toContain('CANARY');
  });

  it('bears ten minutes without Box, however soon Box lets it come back', async () => {
    let now = 0;
    const onWait = (_: string, seconds: number) => {
      now += seconds * 1000;
    };
    const { links, options } = world(2, { now: () => now });
    const apply = async (each: PlannedAction) => {
      if (now < 600_000) throw new NightporterError('BOX_UNREACHABLE', 'Later.');
      return links.apply(each);
    };
    const trouble = async () => ({ passes: true, code: 'BOX_REQUEST_FAILED_503', seconds: 1 }) as const;
    const counts = await carryOut(new RememberingEngine({ onWait }), { ...options, apply, trouble });
    expect(counts).toMatchObject({ done: 2, failed: 0 });
    expect(links.writes).toEqual(['501', '502']);
  });

  it('does not outlive its approval in a pause, which takes few operations however long it is', async () => {
    const day = 86_400_000;
    let now = 0;
    let waits = 0;
    const engine = new RememberingEngine({
      onWait: (_, seconds) => {
        now += seconds * 1000;
        waits++;
      },
    });
    const paused = { until: day, now: () => now, switches: async () => ({ stopped: false, paused: now < 10 * day }) };
    const { options, links } = world(3, paused);
    await expect(carryOut(engine, options)).rejects.toThrow(expect.objectContaining({ code: 'APPROVAL_EXPIRED' }));
    expect(now).toBeLessThan(day + 60_000);
    expect(links.writes).toEqual([]);
    expect(waits).toBeGreaterThan(10);
    expect(engine.history.size).toBeLessThan(150);
  });

  it('asks an action again that has more to find out than a step has time for, without a wait, and gives up one that never comes to an end', async () => {
    const { links, options, read } = world(3, { operations: 1_000 });
    const ledger = { ...options.ledger, begin: async () => true };
    let asked = 0;
    let waits = 0;
    const apply = async (each: PlannedAction): Promise<Applied | Unfinished> => {
      if (each.id === 'a2') return { outcome: 'unfinished' };
      return each.id === 'a1' && ++asked < 4 ? { outcome: 'unfinished' } : links.apply(each);
    };
    const carriedOut = carryOut(new RememberingEngine({ onWait: () => void waits++ }), { ...options, ledger, apply });
    await expect(carriedOut).rejects.toThrow(expect.objectContaining({ code: 'ACTIONS_FAILED' }));
    expect({ asked, waits, writes: links.writes }).toEqual({ asked: 4, waits: 0, writes: ['501', '503'] });
    expect(await read('ledger.ndjson')).toMatchObject([
      { outcome: 'done' },
      { outcome: 'failed', code: 'RUN_TOO_LONG' },
      { outcome: 'done' },
    ]);
  });

  it('ends after ten failures in a row: the next hundred would fail for the same reason', async () => {
    let tries = 0;
    const apply = async () => {
      tries++;
      throw new Error('no');
    };
    const { options } = world(40, { apply });
    await expect(carryOut(new RememberingEngine(), options)).rejects.toThrow(/10 of 40 actions failed/);
    expect(tries).toBe(10);
  });
});

describe('an operator', () => {
  const who = { by: 'ada', at: 1, reason: 'Wrong week.' };

  it('who stops the run ends it before the next action', async () => {
    const { links, options, name, read } = world(4);
    const apply = async (action: PlannedAction) => {
      const applied = await links.apply(action);
      if (action.id === 'a2') await setStopped(stage.dynamodb, stage.runsTable, name, who);
      return applied;
    };
    await expect(carryOut(new RememberingEngine(), { ...options, apply })).rejects.toThrow(
      expect.objectContaining({ code: 'RUN_STOPPED' }),
    );
    expect(links.writes).toEqual(['501', '502']);
    expect(await read('undo.ndjson')).toHaveLength(2);
  });

  it('who pauses the stage holds every run before its next action, until it goes on', async () => {
    const { links, options } = world(3);
    await setPaused(stage.dynamodb, stage.runsTable, true, who);
    const seen: number[] = [];
    const onWait = (_: string, seconds: number) => {
      seen.push(seconds, links.writes.length);
      if (seen.length === 4) void setPaused(stage.dynamodb, stage.runsTable, false, who);
    };
    expect(await carryOut(new RememberingEngine({ onWait }), options)).toMatchObject({ done: 3 });
    expect(seen.slice(0, 4)).toEqual([300, 0, 300, 0]);
  });

  it('who pauses until the approval is over has it applied no more', async () => {
    let now = 0;
    const { links, options } = world(2, { until: 400_000, now: () => now });
    await setPaused(stage.dynamodb, stage.runsTable, true, who);
    const onWait = () => {
      now += 300_000;
      if (now === 600_000) return void setPaused(stage.dynamodb, stage.runsTable, false, who);
      return undefined;
    };
    await expect(carryOut(new RememberingEngine({ onWait }), options)).rejects.toThrow(
      expect.objectContaining({ code: 'APPROVAL_EXPIRED' }),
    );
    expect(links.writes).toEqual([]);
    await setPaused(stage.dynamodb, stage.runsTable, false, who);
  });
});

describe('a process that dies', () => {
  async function momentsOf(actions: number): Promise<readonly string[]> {
    const moments: string[] = [];
    const { options } = world(actions);
    const apply = instrumented(options, (moment: string) => void moments.push(moment));
    await carryOut(new RememberingEngine({ at: (moment: string) => void moments.push(moment) }), { ...options, ...apply });
    return moments;
  }

  /** Moments within a step too: around Box's answer, and around each line of the book. */
  function instrumented({ apply, ledger }: Applying, at: (moment: string) => Promise<void> | void): Pick<Applying, 'apply' | 'ledger'> {
    const around = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
      await at(`before ${name}`);
      const result = await work();
      await at(`after ${name}`);
      return result;
    };
    return {
      apply: (action) => around(`apply ${action.id}`, () => apply(action)),
      ledger: {
        ...ledger,
        begin: (start) => around(`begin ${start.number}`, () => ledger.begin(start)),
        end: (entry) => around(`end ${entry.number}`, () => ledger.end(entry)),
      },
    };
  }

  it('at any moment, "applied, and the answer lost" among them, ends in the same state and the same book', async () => {
    const moments = await momentsOf(2);
    expect(moments).toContain('after apply a1');
    const stateOf = async ({ links, read }: World) => {
      const entries = ((await read('ledger.ndjson')) ?? []) as unknown as Entry[];
      const undo = await read('undo.ndjson');
      const before = entries.map((entry) => (entry.repeated ? 'lost or known' : entry.before));
      return {
        access: [...links.access],
        outcomes: entries.map(({ outcome }) => outcome),
        before,
        undo: undo?.map(({ number }) => number),
      };
    };
    const quiet = world(2);
    await carryOut(new RememberingEngine(), quiet.options);
    const { before: _, ...expected } = await stateOf(quiet);
    for (const point of moments) {
      const troubled = world(2);
      const { engine, at } = diesAt(point);
      await engine().toTheEnd((each) => carryOut(each, { ...troubled.options, ...instrumented(troubled.options, at) }));
      const { before, ...state } = await stateOf(troubled);
      expect({ point, ...state }).toEqual({ point, ...expected });
      // Never a guess: what was before is known, or said to be unknown.
      for (const each of before) expect(['lost or known', { access: 'open' }]).toContainEqual(each);
      expect({ point, writes: troubled.links.writes }).toEqual({ point, writes: ['501', '502'] });
    }
  });
});

it('the book has no key outside its folder', async () => {
  const { Contents = [] } = await stage.s3.send(new ListObjectsV2Command({ Bucket: stage.bucket }));
  expect(Contents.filter(({ Key }) => !Key?.startsWith('ledger/open-shared-links/run-'))).toEqual([]);
});
