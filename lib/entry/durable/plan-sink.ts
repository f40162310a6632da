import type { Proposal } from '../../declare/changing-job.ts';
import type { ChangingJob } from '../../declare/job.ts';
import type { PartSink } from '../../run/part-sink.ts';
import { actionKind, incompleteKind, type Planner, proposed } from '../../run/plan/collect-plan.ts';

interface PlanSink {
  propose(proposal: Proposal): Promise<void>;
  incomplete(sentence: string): void;
}

/** Proposals on their way through a step: they count with it, and are laid down with its rows. */
export function planSink({ actions }: Pick<ChangingJob, 'actions'>, planner: Planner, sink: PartSink): PlanSink {
  return {
    async propose(proposal) {
      sink.add(actionKind, `${JSON.stringify(proposed(planner, actions, proposal))}\n`);
    },
    incomplete: (sentence) => sink.add(incompleteKind, `${JSON.stringify(sentence)}\n`),
  };
}
