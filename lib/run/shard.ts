import type { ErrorCode } from '../errors.ts';
import { carryOver } from './carry-over.ts';
import { runChain } from './chain.ts';
import { closeShard, type Finished } from './close-shard.ts';
import type { FanOut } from './engine.ts';
import type { HaltSwitch } from './halt.ts';
import { once } from './once.ts';
import { type ChainOutcome, type ChainState, nothingYet, type StepOutcome } from './outcome.ts';
import { performStep, type StepWork } from './perform-step.ts';
import type { ProgressBook } from './progress.ts';
import { readShard } from './roster.ts';
import { shardKey } from './run-place.ts';
import { parseLeft, type ShardInput } from './shard-input.ts';

/** Operations of an execution that its chains share; Lambda ends it at 3,000: docs.aws.amazon.com/lambda/latest/dg/durable-functions.html */
const sharedOperations = 2_400;

export interface ShardWork extends StepWork {
  readonly input: ShardInput;
  readonly halt: HaltSwitch;
  readonly progress: ProgressBook;
  /** False where the job is one subject's: there is no roster then. */
  readonly hasRoster: boolean;
}

/** What a shard answers to its coordinator; the numbers themselves stand in the ledger and in the progress of the run. */
export interface ShardAnswer {
  /** Users whose execution's share of operations was used up: start the shard again for them. */
  readonly left: number;
  /** Why it was lost as a whole; an answer, since what an invoked function throws comes back without its name. */
  readonly lost?: ErrorCode;
}

/** One execution of one shard: a chain of steps for each user, so many at once, then ledger and lines. */
export async function runShard(engine: FanOut, work: ShardWork): Promise<ShardAnswer> {
  const { input, place, shard, store, progress } = work;
  const { earlier } = input;
  if (earlier !== undefined && input.execution === 1)
    return engine.step('carry', () => carryOver({ store, progress, from: { job: place.job, run: earlier }, to: place, shard }));
  const { isHalted, chains } = await engine.step('open', () => open(work));
  const rosterOf = once(() => readShard(store, place, shard));
  if (isHalted) return engine.step('close', () => closeShard(work, chains.map(halted), rosterOf));
  const operations = Math.floor(sharedOperations / Math.max(1, chains.length));

  const outcomes = await engine.each(
    'users',
    chains.length,
    (branch, position) => {
      const [index, from] = chains[position] ?? [position, nothingYet];
      const perform = async (state: ChainState): Promise<StepOutcome> => {
        const held = await heldBack(work);
        if (held) return held;
        const user = work.hasRoster ? (await rosterOf())[index] : undefined;
        return performStep(work, { index, user, state });
      };
      return runChain(branch, String(index), { from, operations, perform });
    },
    input.usersAtOnce,
  );
  const finished = chains.map(([index], position): Finished => ({ index, outcome: outcomes[position] ?? lost }));
  return engine.step('close', () => closeShard(work, finished, rosterOf));
}

interface Opened {
  readonly isHalted: boolean;
  /** Positions in the roster, and where each user's chain stands. */
  readonly chains: readonly (readonly [number, ChainState])[];
}

async function open({ input, place, shard, store, halt }: ShardWork): Promise<Opened> {
  const { stopped: isHalted } = await halt.look();
  if (input.execution === 1) return { isHalted, chains: Array.from({ length: input.users }, (_, index) => [index, nothingYet]) };
  return { isHalted, chains: parseLeft(await store.get(shardKey(place, shard, input.execution - 1, 'left'))) };
}

function halted([index, state]: readonly [number, ChainState]): Finished {
  return { index, outcome: { end: 'halted', state } };
}

const lost: ChainOutcome = { end: 'failed', code: 'USER_LOST', state: nothingYet };

/** Why no step may be begun now: the run is stopped or paused, or this invocation has too little time left. */
async function heldBack({ halt, limits }: ShardWork): Promise<StepOutcome | undefined> {
  try {
    const { stopped, paused } = await halt.look();
    if (stopped) return { end: 'halted', calls: 0 };
    if (paused) return { end: 'wait', seconds: 300, isPlanned: true, calls: 0 };
  } catch {
    // Better late than against an order: without an answer nothing new is begun.
    return { end: 'wait', code: 'AWS_REFUSED', calls: 0 };
  }
  return limits.remainingMs() < limits.neededMs ? { end: 'wait', seconds: 1, isPlanned: true, calls: 0 } : undefined;
}
