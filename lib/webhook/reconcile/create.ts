import { BoxRequestFailed } from '../../box/box-error.ts';
import type { BoxWebhooks } from './box-webhooks.ts';
import type { Finding, StepParts } from './finding.ts';
import type { Note, Notes } from './note.ts';
import type { Step } from './plan.ts';
import { type Target, targetKey, type Wanted } from './wanted.ts';

/** What was known before anything was done. */
export interface Before {
  readonly note: Note | undefined;
  /** Of all webhooks of the owner. */
  readonly ids: readonly string[];
}

/** One that is not there; that it is to be is written down before it is made. */
export async function create(
  { wanted, missed }: Extract<Step, { kind: 'create' }>,
  { note, ids }: Before,
  { box, notes, now }: StepParts,
): Promise<Finding> {
  const { target, address, triggers } = wanted;
  await notes.put({ state: 'intended', target, address, before: ids, aliveAt: 0, missed });
  const made = await box.create(wanted).then(
    (id) => ({ id, state: 'created' as const }),
    async (error) => {
      const id = await madeMeanwhile(error, wanted, box).catch((refusal) => takeBack(refusal, target, note, notes));
      return { id, state: 'adopted' as const };
    },
  );
  const noted = { ...made, target, aliveAt: now(), missed: missed && { ...missed, until: now() }, applied: { address, triggers } };
  // Should another reconcile of ours have made it, it says so itself, and is right.
  await notes.put(noted, made.state === 'created' ? undefined : 'intended');
  if (made.state === 'adopted') return { target, did: 'adopted', webhook: made.id };
  return { target, did: missed === undefined ? 'created' : 'recreated', webhook: made.id };
}

/** Box has one there although none was listed: another reconcile of ours made it a moment ago, or somebody else did, which nothing tells apart. */
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
