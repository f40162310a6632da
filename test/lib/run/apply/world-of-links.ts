import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Applied } from '../../../../lib/declare/changing-job.ts';
import { NightporterError } from '../../../../lib/errors.ts';
import type { PartOptions } from '../../../../lib/run/apply/apply-part.ts';
import { ledgerIn } from '../../../../lib/run/apply/ledger.ts';
import type { PlannedAction } from '../../../../lib/run/plan/plan-file.ts';
import { switches } from '../../../../lib/run/switches.ts';
import { somePlan } from '../plan/some-plan.ts';
import type { StageOfPlans } from '../stage-of-plans.ts';

export type Applying = Omit<PartOptions, 'from' | 'failedInARow'>;

let runs = 0;

/** Links of files by item id, as Box has them, and how often each was written. */
class Links {
  readonly access = new Map<string, string>();
  readonly etags = new Map<string, string>();
  readonly writes: string[] = [];

  constructor(actions: readonly PlannedAction[]) {
    for (const { item } of actions) {
      this.access.set(item.id, 'open');
      this.etags.set(item.id, item.etag ?? '');
    }
  }

  /** As a job would: looks first, and writes only what is as the plan saw it. */
  async apply({ item }: PlannedAction): Promise<Applied> {
    if (this.access.get(item.id) === 'company') return { outcome: 'already' };
    if (this.etags.get(item.id) !== item.etag) return { outcome: 'changed' };
    this.writes.push(item.id);
    this.access.set(item.id, 'company');
    return { outcome: 'done', before: { access: 'open' }, after: { access: 'company' }, undo: { access: 'open' } };
  }
}

export interface World {
  readonly links: Links;
  readonly options: Applying;
  readonly name: { readonly job: string; readonly run: string };
  read(file: string): Promise<readonly Record<string, unknown>[] | undefined>;
}

/** A plan of so many actions and the links that it is about, with a book of its own. */
export function worldOf(stage: StageOfPlans, actions: number, more: Partial<Applying> = {}): World {
  const plan = somePlan(actions);
  const links = new Links(plan.actions);
  const name = { job: plan.job, run: `run-${++runs}` };
  const folder = `ledger/${name.job}/${name.run}/`;
  const read = async (file: string) => {
    const object = await stage.s3.send(new GetObjectCommand({ Bucket: stage.bucket, Key: folder + file })).catch(() => undefined);
    const text = await object?.Body?.transformToString();
    return text
      ?.trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  };
  const options: Applying = {
    actions,
    plan: async () => plan,
    apply: (action) => links.apply(action),
    ledger: ledgerIn({ client: stage.s3, bucket: stage.bucket, folder }),
    trouble: async (error) => ({ passes: false, code: error instanceof NightporterError ? error.code : 'JOB_FAILED' }),
    hasTime: () => true,
    heldSeconds: async () => 0,
    operations: 4,
    switches: () => switches(stage.dynamodb, stage.runsTable, name),
    until: Number.MAX_SAFE_INTEGER,
    now: () => 1_000_000,
    ...more,
  };
  return { links, options, name, read };
}
