import type { Engine } from './engine.ts';
import { addCounts, type ChainOutcome, type ChainState, nothingYet, type StepOutcome } from './outcome.ts';

/** What is bad for so long is not waited for any longer, in seconds. */
const patienceSeconds = 3_600;
const longestStallSeconds = 600;

export interface ChainOptions {
  readonly from: ChainState;
  /** Operations that this chain may use in this execution. */
  readonly operations: number;
  /** Does one step of the work. */
  readonly perform: (state: ChainState) => Promise<StepOutcome>;
}

/**
 * One user's work as a chain of steps. All that is decided here is decided by what the steps have said, never by a clock or by what else
 * the process does: a replay must come to the same decisions.
 */
export async function runChain(engine: Engine, name: string, { from, operations, perform }: ChainOptions): Promise<ChainOutcome> {
  let state = from;
  for (let used = 0; used + 2 <= operations; ) {
    const before = state;
    const said = await engine.step(`${name}.${state.step}`, () => perform(before)).catch(killed);
    state = advance(state, said);
    used++;
    if (said.end === 'done' || said.end === 'halted') return { end: said.end, state };
    if (said.end === 'failed') return { end: 'failed', code: said.code ?? 'JOB_FAILED', state };
    if (said.end !== 'wait') continue;
    const seconds = secondsOf(said, state);
    if (!said.isPlanned && state.stalledSeconds + seconds > patienceSeconds)
      return { end: 'failed', code: said.code ?? 'JOB_FAILED', state };
    await engine.wait(`${name}.${before.step} waits`, seconds);
    used++;
    state = waited(state, seconds, said.isPlanned ?? false);
  }
  return { end: 'left', state };
}

/** A step tells of its troubles and throws none: this one has taken its process with it, again and again. */
function killed(): StepOutcome {
  return { end: 'failed', code: 'USER_LOST', calls: 0 };
}

function advance({ stalls, stalledSeconds, ...state }: ChainState, said: StepOutcome): ChainState {
  if (said.end === 'again') return begunAgain(state, said);
  const parts = { ...state.parts };
  for (const kind of Object.keys(said.parts ?? {})) parts[kind] = [...(parts[kind] ?? []), state.step];
  const hasMoved = said.end === 'more' || said.cursor === true;
  return {
    ...state,
    step: state.step + 1,
    stalls: hasMoved ? 0 : stalls,
    stalledSeconds: hasMoved ? 0 : stalledSeconds,
    ...(said.cursor && { cursor: state.step }),
    tally: { ...state.tally, calls: state.tally.calls + said.calls, counts: addCounts(state.tally.counts, said.counts) },
    parts,
  };
}

/** What its steps have written and counted is dropped, since it will be written again; what they have cost stays. */
function begunAgain({ step, tally }: Pick<ChainState, 'step' | 'tally'>, { calls }: StepOutcome): ChainState {
  return { ...nothingYet, step: step + 1, isSecond: true, tally: { ...tally, calls: tally.calls + calls, counts: {} } };
}

/** As long as Box has asked for; otherwise twice as long as the last time. */
function secondsOf({ seconds }: StepOutcome, { stalls }: ChainState): number {
  return Math.max(1, Math.ceil(seconds ?? Math.min(15 * 2 ** stalls, longestStallSeconds)));
}

function waited({ tally, ...state }: ChainState, seconds: number, isPlanned: boolean): ChainState {
  return {
    ...state,
    stalls: state.stalls + (isPlanned ? 0 : 1),
    stalledSeconds: state.stalledSeconds + (isPlanned ? 0 : seconds),
    tally: { ...tally, waits: tally.waits + 1, waitedSeconds: tally.waitedSeconds + seconds },
  };
}
