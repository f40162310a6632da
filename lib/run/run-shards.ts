import type { Run } from '../declare/job-context.ts';
import { codeOf } from '../errors.ts';
import type { CoordinatorWork, EarlierRun } from './coordinate.ts';
import type { FanOut } from './engine.ts';
import type { Roster } from './lay-roster.ts';
import { noProgress } from './progress.ts';
import { usersPerShard } from './roster.ts';
import type { ShardAnswer } from './shard.ts';
import type { ShardInput } from './shard-input.ts';

export interface ShardsOf {
  readonly run: Run;
  readonly roster: Roster;
  /** Whose work each shard takes over in its first execution. */
  readonly earlier: EarlierRun | undefined;
  /** Failed users of the whole run that are borne. */
  readonly tolerated: number;
}

type Shards = Pick<CoordinatorWork, 'progress' | 'log' | 'shardsAtOnce' | 'usersAtOnce' | 'params'>;

/**
 * All shards, so many at once, each in as many executions as it takes.
 * @returns whether each has laid down whom it is for, and what an earlier run has done
 */
export async function runShards(engine: FanOut, work: Shards, { run, roster, earlier, tolerated }: ShardsOf): Promise<boolean> {
  const begun = await engine.each(
    'shards',
    roster.shards,
    async (branch, index) => {
      const users = Math.min(usersPerShard, roster.users - index * usersPerShard);
      let isBegun = true;
      let left = users;
      for (let execution = 1; left > 0; execution++) {
        const input: ShardInput = {
          run: { ...run, scheduledTime: run.scheduledTime.toISOString() },
          shard: index + 1,
          execution,
          users,
          tolerated,
          usersAtOnce: work.usersAtOnce,
          params: work.params,
          ...(earlier && { earlier: earlier.run }),
        };
        const name = `${input.shard}.${execution}`;
        const lost = (error: unknown): ShardAnswer => ({ left: 0, lost: codeOf(error) });
        const { left: next, lost: code } = await branch.invoke<ShardAnswer>(name, input).catch(lost);
        if (code !== undefined) {
          const failed = left;
          await branch.step(`${name} lost`, () => writeOff(work, input, { failed, code }));
          isBegun = execution > 1;
        }
        left = next;
      }
      return isBegun;
    },
    work.shardsAtOnce,
  );
  return begun.every(Boolean);
}

/** A shard whose execution failed as a whole: whoever was left to it counts as failed, and the other shards go on. */
async function writeOff(
  { progress, log }: Shards,
  { run, shard, execution }: ShardInput,
  { failed, code }: { readonly failed: number; readonly code: string },
): Promise<void> {
  log.error('A shard was lost.', { shard, execution, users: failed, error: code });
  await progress.put(run.id, { ...noProgress, shard, execution, failed, reasons: { [code]: failed } });
}
