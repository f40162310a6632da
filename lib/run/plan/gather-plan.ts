import type { Action, Limits } from '../../declare/changing-job.ts';
import type { ChangingJob } from '../../declare/job.ts';
import type { Run } from '../../declare/job-context.ts';
import type { ProgressBook } from '../progress.ts';
import { shardLines } from '../shard-lines.ts';
import type { WorkStore } from '../work-store.ts';
import { actionKind, incompleteKind, plannedActions } from './collect-plan.ts';
import type { Plan } from './plan-file.ts';

export interface Gathering {
  readonly store: WorkStore;
  readonly progress: Pick<ProgressBook, 'all'>;
  readonly run: Run;
  readonly kinds: ChangingJob['actions'];
  readonly limits: Limits;
  /** What this one run was given instead of what the stage sets. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly considered: number;
  /** Users whose part of the plan failed. */
  readonly failed: number;
}

/** What all shards have laid down, as one plan: in the roster's order, each action once. */
export async function gatherPlan({ store, progress, run, kinds, limits, params, considered, failed }: Gathering): Promise<Plan> {
  const actions: Action[] = [];
  const incomplete: string[] = failed === 0 ? [] : [`${failed} of the users could not be looked at.`];
  for (const executions of Map.groupBy(await progress.all(run.id), ({ shard }) => shard).values()) {
    const read = async (kind: string): Promise<readonly string[]> =>
      (await shardLines(store, { job: run.job, run: run.id }, executions, kind)).flatMap(({ lines }) => lines);
    // One by one: as arguments of a call, a hundred thousand are more than the stack holds.
    for (const line of await read(actionKind)) actions.push(JSON.parse(line) as Action);
    for (const line of await read(incompleteKind)) incomplete.push(JSON.parse(line) as string);
  }
  return {
    job: run.job,
    run: run.id,
    dueTime: run.scheduledTime.toISOString(),
    considered,
    // A thousand users may lack the same thing: once is enough to read.
    incomplete: [...new Set(incomplete)].slice(0, mostSentences),
    limits,
    ...(Object.keys(params).length > 0 && { params }),
    actions: plannedActions(actions, kinds),
  };
}

const mostSentences = 100;
