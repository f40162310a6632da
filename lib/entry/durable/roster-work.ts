import type { DurableJob } from '../../declare/job.ts';
import type { Run } from '../../declare/job-context.ts';
import type { RosterLaid, RosterStep } from '../../run/lay-roster.ts';
import { writeRoster } from '../../run/roster.ts';
import { rosterCursorKey } from '../../run/run-place.ts';
import { selectUsers } from '../../run/select-users.ts';
import { stepLimits, withinLimits } from '../../run/step-limits.ts';
import type { Prepared } from './prepare.ts';

/** One step of a run's roster: as much of the list of users as a step may read, and at least a page of it. */
export async function rosterWork(
  job: DurableJob,
  ready: Prepared,
  run: Run,
  { step, users }: RosterStep,
  remainingMs: () => number,
): Promise<RosterLaid> {
  const { runAs, timeoutMinutes } = job;
  if (runAs.kind !== 'eachManagedUser') return { users: 1, shards: 1 };
  // No shard of this run is under way yet: nothing is divided.
  const { sessions, store, budgets, log } = ready;
  const place = { job: run.job, run: run.id };
  const from = step === 0 ? undefined : await store.get(rosterCursorKey(place, step - 1));
  const gate = await budgets.of('enterprise');
  // The whole invocation for one page, if it must be: nothing else runs in it, and a group's members have no place to go on from.
  const limits = { ...stepLimits(timeoutMinutes * 60_000, remainingMs), longestMs: Math.max(0, remainingMs() - 15_000) };
  const isSpent = limits.meter(gate);
  const { next, ...laid } = await withinLimits(limits, (signal, remainingMs) => {
    const pages = selectUsers(sessions.reader({ gate, signal, remainingMs }), runAs.where, sessions.settings, from);
    return writeRoster(store, place, pages, {
      before: users,
      isEnough: () => isSpent() || limits.longHold(gate) > 0,
      onTrouble: (error) => log.failure('A step ends early.', error),
    });
  }).finally(() => budgets.told());
  if (next === undefined) return laid;
  await store.put(rosterCursorKey(place, step), next);
  return { ...laid, seconds: Math.max(1, limits.longHold(gate)) };
}
