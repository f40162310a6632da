import { dirname } from 'node:path';
import { buildShardCalls } from '../build/build-shard-calls.ts';
import { runChild } from '../harness/run-child.ts';
import { answerOf } from '../harness/run-process.ts';
import { interleave } from '../interleave.ts';
import { measured, type Result } from '../result.ts';
import { pin } from '../warm/call-cost.ts';
import { openWorkshop } from '../workshop.ts';

/** Fewer than Box allows in a minute: the gate is passed, and nobody is held. */
const callsOfUser = 900;
const warmUp = 2;
const users = 4;

type Cost = Readonly<{ cpuUs: number }>;

/** A call within a step, with all that a step does around it, over `undici.request` with the same JSON.parse. */
export async function shardCallCost(runs: number): Promise<Result> {
  await using workshop = await openWorkshop();
  const { environment, peer } = workshop;
  const script = await buildShardCalls(dirname(workshop.layer));
  const processor = pin(workshop);
  const params = JSON.stringify({ call: 'small', warmUp: warmUp * callsOfUser, times: users * callsOfUser });
  const { shard, undici } = await interleave<'shard' | 'undici', Cost>(Math.ceil(runs / 3), {
    shard: async () => (await runChild<Cost>([script, ...[callsOfUser, warmUp, users].map(String)], { environment, processor })).told,
    undici: () => answerOf<Cost>({ file: peer('undici-calls'), processor, environment: { ...environment, NIGHTPORTER_PARAMS: params } }),
  });
  return measured('shard.call_cpu_over_undici', shard.cpuUs / undici.cpuUs);
}
