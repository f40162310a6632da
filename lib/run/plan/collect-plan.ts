import { createHash } from 'node:crypto';
import type { Action, ActionKind, Proposal } from '../../declare/changing-job.ts';
import { NightporterError } from '../../errors.ts';
import type { PlannedAction } from './plan-file.ts';

/** Kinds of lines that the steps of a plan lay down: proposals, and what could not be seen. */
export const actionKind = 'actions';
export const incompleteKind = 'incomplete';

export interface Planner {
  readonly run: string;
  /** Whose token plans it; null for a job of one subject. */
  readonly user: string | null;
}

/** The same for the same run, user, kind and item: it marks what people see, so that a repeat finds it. */
export function actionId({ run, user }: Planner, { what, item }: Pick<Proposal, 'what' | 'item'>): string {
  return createHash('sha256')
    .update(JSON.stringify([run, user, what, item.type, item.id]))
    .digest('hex')
    .slice(0, 20);
}

/** @throws NightporterError `PLAN_INVALID` for a kind of action that the job does not declare */
export function proposed(planner: Planner, kinds: Readonly<Record<string, ActionKind>>, proposal: Proposal): Action {
  if (!Object.hasOwn(kinds, proposal.what)) {
    throw new NightporterError('PLAN_INVALID', 'Declare the kind of action that the job proposes, in "actions".');
  }
  return { ...proposal, id: actionId(planner, proposal), user: planner.user };
}

/** What was proposed, in its order and each once, with what its approver has to know of its kind. */
export function plannedActions(actions: Iterable<Action>, kinds: Readonly<Record<string, ActionKind>>): readonly PlannedAction[] {
  const planned = new Map<string, PlannedAction>();
  for (const action of actions) {
    const kind = kinds[action.what];
    if (kind && !planned.has(action.id)) planned.set(action.id, { ...action, effect: kind.effect, label: kind.label });
  }
  return [...planned.values()];
}
