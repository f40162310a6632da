import { measured, type Result } from '../result.ts';
import { fanoutRun } from './fanout-run.ts';
import { naiveRuns } from './naive-runs.ts';

/** What Box allows in a minute, and how many calls each of a few users needs here. */
const callsPerMinute = 1_000;
const calls = 5_000;
const busyUsers = 3;

/** Jobs as each of up to a hundred thousand users, through real processes in the sandbox. */
export async function fanout(): Promise<readonly Result[]> {
  const few = await fanoutRun({ job: 'bare-steps', users: 100 });
  const many = await fanoutRun({ job: 'bare-steps', users: 100_000 });
  const read = await fanoutRun({ job: 'read-each', users: 10_000 });
  const busy = await fanoutRun({ job: 'many-calls', users: busyUsers, params: { calls } });
  const naive = await naiveRuns({ users: busyUsers, calls: callsPerMinute + 200 });
  const done = busy.payload.done ?? 0;
  const useful = (done * calls) / (busy.payload.calls ?? Number.POSITIVE_INFINITY);
  // The first minute's calls go at once, and each further thousand has to wait for a minute of its own.
  const boundSeconds = (Math.ceil(calls / callsPerMinute) - 1) * 60;
  return [
    measured('coordinator.operations', many.operations),
    measured('run.wall_s', many.seconds),
    measured('run.wall_s_calls', read.seconds),
    measured('shard.peak_mib', many.shardPeakMib, { name: '100 users', value: few.shardPeakMib }),
    measured('shard.peak_growth', many.shardPeakMib / few.shardPeakMib),
    measured('calls.useful_share', useful, { name: 'box-node-sdk, Promise.all', value: naive.usefulShare }),
    measured('time.over_limit_bound', busy.simulatedSeconds / boundSeconds),
  ];
}
