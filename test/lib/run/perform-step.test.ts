import { expect, it } from 'vitest';
import { CallBudget, type CallGate } from '../../../lib/box/call-gate.ts';
import { createLog } from '../../../lib/observe/log.ts';
import { callBudgets } from '../../../lib/run/call-budgets.ts';
import { type ChainState, nothingYet } from '../../../lib/run/outcome.ts';
import { performStep, type StepWork } from '../../../lib/run/perform-step.ts';
import { stepLimits } from '../../../lib/run/step-limits.ts';

interface Context {
  readonly gate: CallGate;
  readonly cursor: string | undefined;
  readonly signal: AbortSignal;
}

/** One subject's work, of which each step may make one call a minute. */
function workOf(job: (context: Context, add: (line: string) => void) => AsyncGenerator<string, void, unknown>) {
  const texts = new Map<string, string>();
  const work: StepWork = {
    place: { job: 'j', run: 'r' },
    shard: 1,
    run: { id: 'r', job: 'j', scheduledTime: new Date(0), attempt: 1 },
    log: createLog({ stage: 's', job: 'j', write: () => {} }),
    store: { put: async (key, text) => void texts.set(key, text), get: async (key) => texts.get(key) ?? 'nothing' },
    sessions: {
      paramsOf: () => ({}),
      settings: {},
      open: ({ gate, signal }) => ({ context: { gate, signal }, close: async () => {} }),
      reader: () => ({ get: async () => ({}) }),
      isAppRefused: async () => false,
      budgetOf: () => 'enterprise',
      warm: async () => {},
    },
    limits: stepLimits(900_000, () => 900_000),
    budgets: { ...callBudgets(), of: async () => new CallBudget({ callsPerMinute: 1 }) },
    begin: (context, sink) => job(context as Context, (line) => sink.add('lines', line)),
  };
  return { texts, step: (state: ChainState) => performStep(work, { index: 0, user: undefined, state }) };
}

it('a step that ends where its next call would be held lays down its cursor and its lines, also when the cursor is an empty text', async () => {
  const seen: (string | undefined)[] = [];
  const { texts, step } = workOf(async function* ({ gate, cursor, signal }, add) {
    seen.push(cursor);
    if (cursor === undefined) {
      await gate.admit(signal, 'call');
      add('first');
      yield '';
    }
    await gate.admit(signal, 'call');
    add('second');
  });
  const held = await step(nothingYet);
  expect(held).toMatchObject({ end: 'wait', isPlanned: true, calls: 1, cursor: true, parts: { lines: 1 } });
  expect(Object.fromEntries(texts)).toMatchObject({ 'rosters/j/r/0001/0.0.lines': 'first', 'rosters/j/r/0001/0.0.cursor': '' });
  expect(await step({ ...nothingYet, step: 1, cursor: 0 })).toMatchObject({ end: 'done', calls: 1, parts: { lines: 1 } });
  expect(seen).toEqual([undefined, '']);
});

it('a cursor may be a million characters long, and none is longer', async () => {
  const yielding = (length: number) =>
    workOf(async function* () {
      yield 'x'.repeat(length);
    }).step(nothingYet);
  expect(await yielding(1_000_000)).toMatchObject({ end: 'done' });
  expect(await yielding(1_100_000)).toMatchObject({ end: 'failed', code: 'REPORT_INVALID' });
});
