import { eventTypesOf, type Happened, triggerOf } from './happened.ts';
import type { Lease } from './lease.ts';
import type { Missed, Note, Notes } from './note.ts';
import { targetKey, type Wanted } from './wanted.ts';

/** Box's history of an enterprise, oldest first: `GET /events` with `stream_type=admin_logs`. */
export interface History {
  /** A page after the position. Fewer events than a page holds do not mean the end. */
  read(window: Window, position: string | undefined): Promise<Page>;
  /** Ids of the folders above an item, and its own; `undefined` when it is gone or can't be seen. */
  above(item: { readonly type: 'file' | 'folder'; readonly id: string }): Promise<readonly string[] | undefined>;
}

export interface Page {
  readonly events: readonly Told[];
  readonly position: string;
  readonly isEnd: boolean;
}

/** With what webhooks tell besides. */
export interface Told extends Happened {
  /** Of an upload: the version that it made, where Box says it. */
  readonly versionId?: string | undefined;
}

/** Times in ms, `types` as Box's events call them. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly types: readonly string[];
}

export interface CatchUp {
  readonly wanted: readonly Wanted[];
  readonly notes: Notes;
  readonly lease: Pick<Lease, 'renew'>;
  readonly history: History;
  /** Puts the body of a message in Box's shape into the handler's queue. */
  readonly enqueue: (queueUrl: string, body: string) => Promise<unknown>;
  readonly now: () => number;
  readonly signal?: AbortSignal;
}

/** Clocks differ, and a webhook that was seen alive may have been deaf already. */
const overlapMs = 10 * 60_000;
/** Events may turn up in the history after later ones: for that long it is read again. */
const lateMs = 60 * 60_000;

/**
 * Sends to the handlers what their webhooks did not hear while they were gone. A handler may get an event twice, never not at all: an
 * event's id is made from Box's, by which a handler's copies are told apart. Goes on where it was cut off.
 * @returns how many events
 */
export async function catchUp(parts: CatchUp): Promise<number> {
  const byTarget = Map.groupBy(parts.wanted, ({ target }) => targetKey(target));
  let sent = 0;
  for (const note of await parts.notes.all()) {
    const listeners = byTarget.get(targetKey(note.target)) ?? [];
    const { missed } = note;
    if (note.state === 'intended' || missed?.until === undefined) continue;
    for (const wanted of listeners) sent += await catchUpWith(wanted, { ...note, missed: { ...missed, until: missed.until } }, parts);
    if (listeners.length === 0) await parts.notes.put({ ...note, missed: undefined });
  }
  return sent;
}

type Missing = Exclude<Note, { state: 'intended' }> & { readonly missed: Missed & { readonly until: number } };

async function catchUpWith(wanted: Wanted, note: Missing, { notes, lease, history, enqueue, now, signal }: CatchUp): Promise<number> {
  const { since, until } = note.missed;
  const window = { from: since - overlapMs, to: until + overlapMs, types: eventTypesOf(wanted.triggers) };
  const isBelow = memory(history, wanted.target.id);
  let { position } = note.missed;
  let sent = 0;
  // Box takes no types for all of them.
  while (window.types.length > 0) {
    signal?.throwIfAborted();
    const page = await history.read(window, position);
    for (const event of page.events) {
      const trigger = triggerOf(event);
      if (trigger === undefined || !wanted.triggers.includes(trigger) || !(await isBelow(event))) continue;
      await enqueue(wanted.queueUrl, bodyOf(event, trigger, note.id));
      sent++;
    }
    if (page.isEnd || page.position === position) break;
    position = page.position;
    await lease.renew();
    await notes.put({ ...note, missed: { since, until, position } });
  }
  await lease.renew();
  await notes.put({ ...note, missed: now() < until + lateMs ? { since, until } : undefined });
  return sent;
}

/** Many things happen in few folders: each is asked for once. */
function memory(history: History, targetId: string): (event: Happened) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  const look = async (item: Happened['item']): Promise<boolean> => (await history.above(item))?.includes(targetId) ?? false;
  return async ({ item, parentId }) => {
    if (item.id === targetId) return true;
    const place = parentId === undefined ? item : ({ type: 'folder', id: parentId } as const);
    const key = targetKey(place);
    const answer = known.get(key) ?? look(place);
    known.set(key, answer);
    return answer;
  };
}

/** As Box would have written it, as far as its events tell: handlers read the item again anyway. */
function bodyOf({ id, at, by, item, collaborationId, versionId }: Told, trigger: string, webhook: string): string {
  const whole = versionId === undefined ? item : { ...item, file_version: { type: 'file_version', id: versionId } };
  const source = trigger.startsWith('COLLABORATION.') ? { type: 'collaboration', id: collaborationId ?? '', item } : whole;
  return JSON.stringify({
    type: 'webhook_event',
    id: `event-${id}-${trigger}`,
    created_at: at,
    trigger,
    webhook: { id: webhook, type: 'webhook' },
    created_by: { type: 'user', id: by },
    source,
    additional_info: [],
  });
}
