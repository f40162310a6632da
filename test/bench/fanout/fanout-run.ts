import { readFileSync } from 'node:fs';
import { GetDurableExecutionHistoryCommand } from '@aws-sdk/client-lambda';
import { stageOfRounds } from '../../e2e/rounds/stage-of-rounds.ts';
import { executionsOf } from '../../sandbox/durable-run.ts';
import { openSandbox, type Sandbox } from '../../sandbox/sandbox.ts';

export interface FanoutRun {
  readonly seconds: number;
  /** On the sandbox's own clock. */
  readonly simulatedSeconds: number;
  readonly payload: Readonly<Record<string, number>>;
  /** Highest resident memory of a shard's process, in MiB; 0 where the system does not tell. */
  readonly shardPeakMib: number;
  readonly operations: number;
  readonly box: Sandbox['box'];
}

export interface FanoutOptions {
  readonly job: string;
  readonly users: number;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** One run of a job over so many users, out of process, in a sandbox of its own. */
export async function fanoutRun({ job, users, params = {} }: FanoutOptions): Promise<FanoutRun> {
  await using assembly = await stageOfRounds({ [job]: { params, shards: 4 } }, import.meta.dirname);
  await using sandbox = await openSandbox({ assembly: assembly.folder, box: { users }, aws: { now: Date.now, skipsWaits: true } });
  await sandbox.putSecret();
  const shards = sandbox.shardsOf(job);
  let shardPeakMib = 0;
  const look = (): void => {
    for (const pid of sandbox.aws.containers().get(shards) ?? []) shardPeakMib = Math.max(shardPeakMib, peakOf(pid));
  };
  const watch = setInterval(look, 250);
  const startedAt = performance.now();
  const simulatedAt = sandbox.aws.now();
  const { payload, outcome } = await sandbox.run(job);
  const seconds = (performance.now() - startedAt) / 1000;
  clearInterval(watch);
  look();
  if (outcome !== 'response') throw new Error(`${job} failed: ${JSON.stringify(payload)}`);
  return {
    seconds,
    simulatedSeconds: (sandbox.aws.now() - simulatedAt) / 1000,
    payload: payload as FanoutRun['payload'],
    shardPeakMib,
    operations: await operationsOf(sandbox, job),
    box: sandbox.box,
  };
}

function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** What the coordinator's execution has used up of Lambda's 3,000 operations: all that its history saw begin, itself included. */
async function operationsOf({ lambda, functionName }: Sandbox, job: string): Promise<number> {
  const [DurableExecutionArn] = await executionsOf(lambda, functionName(job));
  let operations = 1;
  for (let Marker: string | undefined; ; ) {
    const { Events = [], NextMarker } = await lambda.send(
      new GetDurableExecutionHistoryCommand({ DurableExecutionArn, MaxItems: 1000, ...(Marker && { Marker }) }),
    );
    operations += Events.filter(({ EventType = '' }) => /^(Step|Wait|Callback|ChainedInvoke|Context)Started$/.test(EventType)).length;
    if (!NextMarker) return operations;
    Marker = NextMarker;
  }
}
