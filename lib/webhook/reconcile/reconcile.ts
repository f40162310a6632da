import { type Before, create } from './create.ts';
import { explainFailure, explainRefusal } from './explain.ts';
import type { Finding, StepParts } from './finding.ts';
import type { Lease } from './lease.ts';
import type { Note } from './note.ts';
import { type Present, plan, type Step } from './plan.ts';
import { inPlace, isTakenOver, update } from './put-right.ts';
import { type Target, targetKey, type Wanted } from './wanted.ts';

export interface Reconciliation extends StepParts {
  readonly wanted: readonly Wanted[];
  readonly adopt: readonly string[];
  readonly lease: Pick<Lease, 'renew'>;
  /** Ends it between two steps, with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Makes Box's webhooks of one owner those that are wanted. May be cut off anywhere and run again.
 * @throws what reading the notes throws, or renewing the lease, or the signal's reason: whatever else fails is a finding of the items that it fails for.
 */
export async function reconcile(parts: Reconciliation): Promise<readonly Finding[]> {
  const { wanted, adopt, notes, lease, signal } = parts;
  const noted = await notes.all();
  const looked = await look(parts, noted).catch((error: unknown) => ({ error }));
  if ('error' in looked) return blind([...wanted, ...noted], looked.error, signal);
  const { present, ids } = looked;
  const before = new Map(noted.map((note) => [targetKey(note.target), note]));
  const findings: Finding[] = [];
  for (const step of plan({ wanted, present, notes: noted, adopt })) {
    signal?.throwIfAborted();
    await lease.renew();
    const target = 'target' in step ? step.target : step.wanted.target;
    // What could not be taken away must not be overwritten: its note is all that says whose it is.
    if (findings.some((finding) => finding.problem !== undefined && targetKey(finding.target) === targetKey(target))) continue;
    const known = { note: before.get(targetKey(target)), ids };
    findings.push(await take(step, parts, known).catch((error) => failure(target, error, signal)));
  }
  return findings;
}

/** Box lists no addresses: they are asked for where they matter. */
async function look(
  { wanted, adopt, box }: Reconciliation,
  notes: readonly Note[],
): Promise<{ readonly present: readonly Present[]; readonly ids: readonly string[] }> {
  const targets = new Set([...wanted, ...notes].map(({ target }) => targetKey(target)));
  const known = new Set([...adopt, ...notes.flatMap((note) => (note.state === 'intended' ? [] : [note.id]))]);
  const present: Present[] = [];
  const ids: string[] = [];
  for await (const { id, target } of box.list()) {
    ids.push(id);
    if (!targets.has(targetKey(target)) && !known.has(id)) continue;
    const found = await box.get(id);
    if (found) present.push(found);
  }
  return { present, ids };
}

async function take(step: Step, { box, notes, now }: StepParts, { note, ids }: Before): Promise<Finding> {
  switch (step.kind) {
    case 'refuse':
      return { target: step.wanted.target, did: 'nothing', problem: explainRefusal(step.wanted, step.why) };
    case 'forget':
      await notes.remove(step.target);
      return { target: step.target, did: step.leaves === undefined ? 'nothing' : 'left', webhook: step.leaves };
    case 'delete':
      await box.remove(step.id);
      await notes.remove(step.target);
      return { target: step.target, did: 'deleted', webhook: step.id };
    case 'create':
      return create(step, { note, ids }, { box, notes, now });
    case 'keep':
      await notes.put(inPlace(step, note?.missed, now()));
      return { target: step.wanted.target, did: isTakenOver(step, note) ? 'adopted' : 'kept', webhook: step.present.id };
    case 'update':
      return update(step, note, { box, notes, now });
  }
}

/** Nothing can be done without the list of what there is. */
function blind(items: readonly { readonly target: Target }[], error: unknown, signal: AbortSignal | undefined): readonly Finding[] {
  const targets = new Map(items.map(({ target }) => [targetKey(target), target]));
  return [...targets.values()].map((target) => failure(target, error, signal));
}

function failure(target: Target, error: unknown, signal: AbortSignal | undefined): Finding {
  signal?.throwIfAborted();
  return { target, did: 'nothing', problem: explainFailure(target, error) };
}
