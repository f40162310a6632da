import type { Action, Limits } from '../../declare/changing-job.ts';
import type { ChangingJob } from '../../declare/job.ts';
import type { Run } from '../../declare/job-context.ts';
import type { ProgressBook } from '../progress.ts';
import { shardKey } from '../run-place.ts';
import { lines, type WorkStore } from '../work-store.ts';
import { actionKind, incompleteKind, plannedActions } from './collect-plan.ts';
import type { Plan } from './plan-file.ts';

export interface Gathering {
  readonly store: WorkStore;
  readonly progress: Pick<ProgressBook, 'all'>;
  readonly run: Run;
  readonly kinds: ChangingJob['actions'];
  readonly limits: Limits;
  readonly considered: number;
  /** Users whose part of the plan failed. */
  readonly failed: number;
}

/** What all shards have laid down, as one plan: in the roster's order, each action once. */
export async function gatherPlan({ store, progress, run, kinds, limits, considered, failed }: Gathering): Promise<Plan> {
  const actions: Action[] = [];
  const incomplete: string[] = failed === 0 ? [] : [`${failed} of the users could not be looked at.`];
  for (const { shard, execution, lines: written } of await progress.all(run.id)) {
    const read = async <T>(kind: string): Promise<readonly T[]> => {
      if (!written[kind]) return [];
      const text = await store.get(shardKey({ job: run.job, run: run.id }, shard, execution, kind));
      return lines(text).map((line) => JSON.parse(line) as T);
    };
    actions.push(...(await read<Action>(actionKind)));
    incomplete.push(...(await read<string>(incompleteKind)));
  }
  return {
    job: run.job,
    run: run.id,
    dueTime: run.scheduledTime.toISOString(),
    considered,
    // A thousand users may lack the same thing: once is enough to read.
    incomplete: [...new Set(incomplete)].slice(0, mostSentences),
    limits,
    actions: plannedActions(actions, kinds),
  };
}

const mostSentences = 100;
