import type { Finding, StepParts } from './finding.ts';
import type { Missed, Note } from './note.ts';
import type { Step } from './plan.ts';

/** One that is there. */
type InPlace = Pick<Extract<Step, { kind: 'update' }>, 'wanted' | 'present' | 'as'>;

export function inPlace({ wanted, present, as }: InPlace, missed: Missed | undefined, now: number): Note {
  const { target, address, triggers } = wanted;
  // An attempt that was cut off may have put it right, and not have said until when it was deaf.
  const ended = missed && { ...missed, until: missed.until ?? now };
  return { state: as, target, id: present.id, aliveAt: now, missed: ended, applied: { address, triggers } };
}

export function isTakenOver({ as }: InPlace, note: Note | undefined): boolean {
  return as === 'adopted' && note?.state !== 'adopted';
}

/** That it was deaf is written down first: a change that is cut off, or refused, must not make anybody forget it. */
export async function update(
  step: Extract<Step, { kind: 'update' }>,
  note: Note | undefined,
  { box, notes, now }: StepParts,
): Promise<Finding> {
  const { wanted, present, as, why } = step;
  const since = note?.missed?.since ?? (why.kind === 'meddled' ? why.since : undefined);
  const missed = since === undefined ? undefined : { since };
  const applied = note?.state === 'intended' ? undefined : note?.applied;
  await notes.put({ state: as, target: wanted.target, id: present.id, aliveAt: now(), missed, applied });
  await box.update(present.id, wanted);
  await notes.put(inPlace(step, missed, now()));
  const did = isTakenOver(step, note) ? 'adopted' : why.kind === 'meddled' ? 'corrected' : 'updated';
  return { target: wanted.target, did, webhook: present.id };
}
