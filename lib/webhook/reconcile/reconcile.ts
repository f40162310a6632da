import { BoxRequestFailed } from '../../box/box-error.ts';
import type { BoxWebhooks } from './box-webhooks.ts';
import { explainFailure, explainRefusal } from './explain.ts';
import type { Note, Notes } from './note.ts';
import { type Present, plan, type Step } from './plan.ts';
import { type Target, targetKey, type Wanted } from './wanted.ts';

export interface Reconciliation {
  readonly wanted: readonly Wanted[];
  readonly adopt: readonly string[];
  readonly box: BoxWebhooks;
  readonly notes: Notes;
  readonly now: () => number;
  /** Ends it between two steps, with its reason. */
  readonly signal?: AbortSignal;
}

/** What was done for one item. */
export interface Finding {
  readonly target: Target;
  /** `recreated`: it was ours and gone. `corrected`: somebody had changed it, or a deployment has. `left`: it stays, and is no more ours to change. */
  readonly did: 'kept' | 'created' | 'recreated' | 'corrected' | 'adopted' | 'deleted' | 'left' | 'nothing';
  readonly webhook?: string | undefined;
  /** Why nothing was done, and what to do: one sentence. */
  readonly problem?: string | undefined;
}

/**
 * Makes Box's webhooks of one owner those that are wanted. May be cut off anywhere and run again, also beside itself.
 * @throws what reading the notes throws, or the signal's reason: whatever else fails is a finding of the items that it fails for.
 */
export async function reconcile(parts: Reconciliation): Promise<readonly Finding[]> {
  const { wanted, adopt, notes, signal } = parts;
  const noted = await notes.all();
  const looked = await look(parts, noted).catch((error: unknown) => ({ error }));
  if ('error' in looked) return blind([...wanted, ...noted], looked.error, signal);
  const { present, ids } = looked;
  const before = new Map(noted.map((note) => [targetKey(note.target), note]));
  const findings: Finding[] = [];
  for (const step of plan({ wanted, present, notes: noted, adopt })) {
    signal?.throwIfAborted();
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

/** What was known before anything was done. */
interface Before {
  readonly note: Note | undefined;
  /** Of all webhooks of the owner. */
  readonly ids: readonly string[];
}

async function take(step: Step, { box, notes, now }: Reconciliation, { note, ids }: Before): Promise<Finding> {
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
    case 'update': {
      const { wanted, present, as } = step;
      const { target } = wanted;
      const isAdopted = note?.state !== as && as === 'adopted';
      await notes.put({ state: as, target, id: present.id, aliveAt: now(), missed: note?.missed });
      if (step.kind === 'update') await box.update(present.id, wanted);
      return { target, did: isAdopted ? 'adopted' : step.kind === 'keep' ? 'kept' : 'corrected', webhook: present.id };
    }
  }
}

async function create(
  { wanted, missed }: Extract<Step, { kind: 'create' }>,
  { note, ids }: Before,
  { box, notes, now }: Pick<Reconciliation, 'box' | 'notes' | 'now'>,
): Promise<Finding> {
  const { target, address } = wanted;
  await notes.put({ state: 'intended', target, address, before: ids, aliveAt: 0, missed });
  const id = await box
    .create(wanted)
    .catch((error) => madeMeanwhile(error, wanted, box).catch((refusal) => takeBack(refusal, target, note, notes)));
  await notes.put({ state: 'created', target, id, aliveAt: now(), missed: missed && { ...missed, until: now() } });
  return { target, did: missed === undefined ? 'created' : 'recreated', webhook: id };
}

/** Box has one there although none was listed: another reconcile of ours made it a moment ago, or somebody else did. */
async function madeMeanwhile(error: unknown, { target, address }: Wanted, box: BoxWebhooks): Promise<string> {
  if (!(error instanceof BoxRequestFailed) || error.status !== 409) throw error;
  for await (const listed of box.list()) {
    if (targetKey(listed.target) !== targetKey(target)) continue;
    if ((await box.get(listed.id))?.address === address) return listed.id;
  }
  throw error;
}

/** A refusal made nothing, so the intention goes, and what was known before comes back; after anything else there may be a webhook. */
async function takeBack(error: unknown, target: Target, former: Note | undefined, notes: Notes): Promise<never> {
  if (error instanceof BoxRequestFailed && error.status < 500) {
    await (former ? notes.put(former, 'intended') : notes.remove(target, 'intended'));
  }
  throw error;
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
