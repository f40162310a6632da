import { measured, type Result } from '../result.ts';
import { crashes } from './crashes.ts';
import { fanoutRun } from './fanout-run.ts';
import { naiveRuns } from './naive-runs.ts';
import { shardCallCost } from './shard-call-cost.ts';
import { usefulShare } from './useful-share.ts';

/** What Box allows in a minute, and how many calls each of a few users needs here. */
const callsPerMinute = 1_000;
const calls = 5_000;
const busyUsers = 3;
/** A minute of their own clock is a minute: a few calls more than the first one allows tell enough. */
const naiveCalls = callsPerMinute + 200;

/** How many users the big runs are over: fewer with USERS_MANY. */
const many = Number(process.env.USERS_MANY ?? 100_000);

/** Jobs as each of up to a hundred thousand users, through real processes in the sandbox. */
export async function fanout(runs: number): Promise<readonly Result[]> {
  return [...(await overManyUsers()), await shardCallCost(runs), ...(await beyondTheLimit()), ...(await crashes())];
}

async function overManyUsers(): Promise<readonly Result[]> {
  const few = await fanoutRun({ job: 'bare-steps', users: 100 });
  const all = await fanoutRun({ job: 'bare-steps', users: many });
  const read = await fanoutRun({ job: 'read-each', users: many / 10 });
  return [
    measured('coordinator.operations', all.operations),
    measured('run.wall_s', all.seconds),
    measured('run.wall_s_calls', read.seconds),
    measured('shard.peak_mib', all.shardPeakMib, { name: '100 users', value: few.shardPeakMib }),
    measured('shard.peak_growth', all.shardPeakMib / few.shardPeakMib),
  ];
}

async function beyondTheLimit(): Promise<readonly Result[]> {
  const busy = await fanoutRun({ job: 'many-calls', users: busyUsers, params: { calls } });
  const atOnce = await naiveRuns({ users: busyUsers, calls: naiveCalls, order: 'atOnce' });
  const oneByOne = await naiveRuns({ users: busyUsers, calls: naiveCalls, order: 'oneByOne' });
  const overBound = (seconds: number, calls: number): number => seconds / boundSeconds(calls);
  return [
    measured('calls.useful_share', usefulShare(busy.box, (busy.payload.done ?? 0) * calls), {
      name: 'box-node-sdk, Promise.all',
      value: atOnce.usefulShare,
    }),
    measured('calls.box_sdk_one_by_one_share', oneByOne.usefulShare),
    measured('time.over_limit_bound', overBound(busy.simulatedSeconds, calls), {
      name: 'box-node-sdk, Promise.all',
      value: overBound(atOnce.seconds, naiveCalls),
    }),
    measured('time.box_sdk_one_by_one', overBound(oneByOne.seconds, naiveCalls)),
  ];
}

/** The first minute's calls go at once, and each further thousand has to wait for a minute of its own. */
function boundSeconds(calls: number): number {
  return (Math.ceil(calls / callsPerMinute) - 1) * 60;
}
