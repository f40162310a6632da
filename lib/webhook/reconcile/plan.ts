import type { Applied, Missed, Note } from './note.ts';
import { type Target, targetKey, type Wanted } from './wanted.ts';

/** A webhook as Box has it. */
export interface Present {
  readonly id: string;
  readonly target: Target;
  readonly address: string;
  readonly triggers: readonly string[];
}

/** What is to be done for one item, or why nothing can be. */
export type Step =
  | { readonly kind: 'create'; readonly wanted: Wanted; readonly missed: Missed | undefined }
  | { readonly kind: 'update'; readonly wanted: Wanted; readonly present: Present; readonly as: Ownership; readonly why: Divergence }
  | { readonly kind: 'keep'; readonly wanted: Wanted; readonly present: Present; readonly as: Ownership }
  | { readonly kind: 'delete'; readonly target: Target; readonly id: string }
  | { readonly kind: 'forget'; readonly target: Target; readonly leaves: string | undefined }
  | { readonly kind: 'refuse'; readonly wanted: Wanted; readonly why: Refusal };

/** `created`: we made it, and delete it when nobody wants it. `adopted`: somebody else did; we change it and never delete it. */
export type Ownership = 'created' | 'adopted';

/** `deployed`: it is as we left it, and a deployment wants something else. `meddled`: somebody has changed it since `since`, in ms, at the earliest. */
export type Divergence = { readonly kind: 'deployed' | 'takenOver' } | { readonly kind: 'meddled'; readonly since: number };

export type Refusal =
  | { readonly kind: 'rootFolder' }
  /** Another handler has the item: Box takes one webhook for an item, app and user, whatever their triggers. */
  | { readonly kind: 'taken'; readonly by: string }
  | { readonly kind: 'foreign'; readonly id: string };

export interface Stand {
  /** Of one owner. */
  readonly wanted: readonly Wanted[];
  /** At least those on items that are wanted or noted. */
  readonly present: readonly Present[];
  readonly notes: readonly Note[];
  readonly adopt: readonly string[];
}

/**
 * What leads from what there is to what is wanted; deletions come first, since an item holds one webhook. A function of its inputs: it may
 * be asked again after every crash. What is neither noted as ours, nor points to our address, nor is listed for adoption is never touched.
 */
export function plan({ wanted, present, notes, adopt }: Stand): readonly Step[] {
  // Somebody has given ours another item: it goes from there, and is made again where it belongs.
  const moved = notes.flatMap((note) =>
    present.filter(({ id, target }) => isCreated(note, id) && targetKey(target) !== targetKey(note.target)),
  );
  const astray = notes.filter((note) => moved.some(({ id }) => isCreated(note, id)));
  const there = new Map(present.filter((each) => !moved.includes(each)).map((each) => [targetKey(each.target), each]));
  const noted = new Map(notes.map((note) => [targetKey(note.target), note]));
  const { chosen, refused } = choose(wanted);
  const unwanted = notes.filter((note) => !chosen.has(targetKey(note.target)) && !astray.includes(note));
  return [
    ...astray.flatMap((note) => ('id' in note ? [{ kind: 'delete', target: note.target, id: note.id } as const] : [])),
    ...unwanted.map((note) => endOf(note, there.get(targetKey(note.target)))),
    ...[...chosen].map(([key, each]) => stepFor(each, there.get(key), noted.get(key), adopt)),
    ...refused,
  ];
}

/** One for each item: the first by name, with the triggers of all that have the same address. */
function choose(wanted: readonly Wanted[]): { readonly chosen: ReadonlyMap<string, Wanted>; readonly refused: readonly Step[] } {
  const chosen = new Map<string, Wanted>();
  const refused: Step[] = [];
  for (const each of [...wanted].sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const key = targetKey(each.target);
    const first = chosen.get(key);
    if (each.target.type === 'folder' && each.target.id === '0')
      refused.push({ kind: 'refuse', wanted: each, why: { kind: 'rootFolder' } });
    else if (first === undefined) chosen.set(key, each);
    else if (first.address === each.address) chosen.set(key, { ...first, triggers: [...first.triggers, ...each.triggers] });
    else refused.push({ kind: 'refuse', wanted: each, why: { kind: 'taken', by: first.name } });
  }
  return { chosen, refused };
}

function stepFor(wanted: Wanted, present: Present | undefined, note: Note | undefined, adopt: readonly string[]): Step {
  if (present === undefined) return { kind: 'create', wanted, missed: missedBy(note) };
  const as = ownershipOf(present, note) ?? (present.address === wanted.address || adopt.includes(present.id) ? 'adopted' : undefined);
  if (as === undefined) return { kind: 'refuse', wanted, why: { kind: 'foreign', id: present.id } };
  return differs(wanted, present)
    ? { kind: 'update', wanted, present, as, why: divergence(present, note) }
    : { kind: 'keep', wanted, present, as };
}

function divergence(present: Present, note: Note | undefined): Divergence {
  if (note === undefined || note.state === 'intended' || note.id !== present.id) return { kind: 'takenOver' };
  if (note.applied && !differs(note.applied, present)) return { kind: 'deployed' };
  return { kind: 'meddled', since: note.aliveAt };
}

/** Known to us and gone: somebody, or Box itself, has removed it since we last saw it. */
function missedBy(note: Note | undefined): Missed | undefined {
  if (note === undefined) return undefined;
  if (note.missed) return { since: note.missed.since };
  return note.state === 'intended' ? undefined : { since: note.aliveAt };
}

function endOf(note: Note, present: Present | undefined): Step {
  const { target } = note;
  if (present && ownershipOf(present, note) === 'created') return { kind: 'delete', target, id: present.id };
  return { kind: 'forget', target, leaves: present && ownershipOf(present, note) === 'adopted' ? present.id : undefined };
}

/** An intention names no id yet; but what came there since, with our address, is what it was written for. */
function ownershipOf(present: Present, note: Note | undefined): Ownership | undefined {
  if (note?.state === 'intended') return note.address === present.address && !note.before.includes(present.id) ? 'created' : undefined;
  return note?.id === present.id ? note.state : undefined;
}

function isCreated(note: Note, id: string): boolean {
  return note.state === 'created' && note.id === id;
}

function differs(wanted: Applied, present: Present): boolean {
  const set = (triggers: readonly string[]) => [...new Set(triggers)].sort().join(' ');
  return wanted.address !== present.address || set(wanted.triggers) !== set(present.triggers);
}
