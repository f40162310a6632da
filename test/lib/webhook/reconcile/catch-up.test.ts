import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseWebhookEvent } from '../../../../lib/webhook/event.ts';
import { markerOf } from '../../../../lib/webhook/marker.ts';
import { boxHistory } from '../../../../lib/webhook/reconcile/box-history.ts';
import { catchUp, type History } from '../../../../lib/webhook/reconcile/catch-up.ts';
import { type Happened, happenedFrom, triggerOf } from '../../../../lib/webhook/reconcile/happened.ts';
import type { Note } from '../../../../lib/webhook/reconcile/note.ts';
import type { Wanted } from '../../../../lib/webhook/reconcile/wanted.ts';
import { alone, Fate, NotesModel } from './box-model.ts';

const hour = 3_600_000;
const wanted: Wanted = {
  name: 'archive',
  owner: { type: 'enterprise' },
  target: { type: 'folder', id: '17' },
  address: '',
  triggers: ['FILE.UPLOADED', 'COLLABORATION.CREATED'],
  queueUrl: 'queue',
};
const note: Note = { state: 'created', target: wanted.target, id: '5', aliveAt: 0, missed: { since: 10 * hour, until: 12 * hour } };

interface Past extends Happened {
  /** In ms. */
  readonly on: number;
  /** When the history begins to show it. */
  readonly visibleAt: number;
}

/** Folder 18 lies in folder 17, folder 99 elsewhere. */
const past = fc.record({
  on: fc.integer({ min: 8 * hour, max: 14 * hour }),
  late: fc.integer({ min: 0, max: hour }),
  type: fc.constantFrom('UPLOAD', 'EDIT', 'DELETE', 'COLLABORATION_INVITE'),
  parentId: fc.constantFrom('17', '18', '99'),
});

function model(events: readonly Past[], now: () => number): History {
  return {
    async read({ from, to, types }, position) {
      const after = position === undefined ? undefined : position.split('_');
      const isAfter = ({ on, id }: Past) =>
        after === undefined || on > Number(after[0]) || (on === Number(after[0]) && id > (after[1] ?? ''));
      const seen = events
        .filter((event) => event.on >= from && event.on < to && event.visibleAt <= now() && types.includes(event.type) && isAfter(event))
        .sort((left, right) => left.on - right.on || (left.id < right.id ? -1 : 1))
        .slice(0, 3);
      const last = seen.at(-1);
      return { events: seen, position: last ? `${last.on}_${last.id}` : (position ?? '0'), isEnd: seen.length === 0 };
    },
    above: async ({ id }) => ({ '17': ['17', '0'], '18': ['18', '17', '0'] })[id],
  };
}

it('sends all that was missed, late or not, however often it is cut off, and nothing of other folders or other kinds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(past, { maxLength: 25 }), fc.array(fc.nat(12), { maxLength: 4 }), async (drawn, cuts) => {
      const events = drawn.map(({ on, late, type, parentId }, nth): Past => {
        const item = { type: 'file', id: String(1000 + nth) } as const;
        return { id: String(nth), type, at: '', by: '1', item, parentId, collaborationId: '8', on, visibleAt: on + late };
      });
      let now = 12 * hour;
      const notes = new NotesModel(new Fate());
      notes.notes.set('folder#17', note);
      const sent: string[] = [];
      let left = 0;
      const enqueue = async (_: string, body: string) => {
        if (left-- === 0) throw new Error('cut off');
        sent.push((JSON.parse(body) as { id: string }).id);
      };
      const round = (cut: number) => {
        left = cut;
        return catchUp({ wanted: [wanted], notes, lease: alone, history: model(events, () => now), enqueue, now: () => now }).catch(
          () => 0,
        );
      };
      for (const cut of cuts) await round(cut);
      now = 13.5 * hour;
      await round(-1);
      expect(notes.notes.get('folder#17')?.missed, 'nothing is left to catch up with').toBeUndefined();
      const isMissed = ({ on, parentId, type }: Past) => on >= 10 * hour && on <= 12 * hour && parentId !== '99' && type !== 'DELETE';
      const trigger = ({ type }: Past) => (type === 'COLLABORATION_INVITE' ? 'COLLABORATION.CREATED' : 'FILE.UPLOADED');
      const idOf = (event: Past) => `event-${event.id}-${trigger(event)}`;
      expect(events.filter(isMissed).filter((event) => !sent.includes(idOf(event)))).toEqual([]);
      const foreign = events.filter(({ parentId, type }) => parentId === '99' || type === 'DELETE').map(({ id }) => id);
      expect(sent.filter((id) => foreign.includes(id.split('-')[1] ?? ''))).toEqual([]);
    }),
  );
});

it('asks for what the history tells of, and for nothing at all where it tells of none', async () => {
  const asked: (readonly string[])[] = [];
  const history: History = {
    read: async ({ types }) => {
      asked.push(types);
      return { events: [], position: '0', isEnd: true };
    },
    above: async () => [],
  };
  for (const triggers of [['COMMENT.CREATED'], ['FOLDER.CREATED'], ['SHARED_LINK.CREATED', 'SHARED_LINK.DELETED']]) {
    const notes = new NotesModel(new Fate());
    notes.notes.set('folder#17', note);
    await catchUp({ wanted: [{ ...wanted, triggers }], notes, lease: alone, history, enqueue: async () => {}, now: () => 14 * hour });
    expect(notes.notes.get('folder#17')?.missed).toBeUndefined();
  }
  expect(asked).toEqual([['UPLOAD'], ['SHARE', 'UNSHARE']]);
});

it.each([
  ['UPLOAD', 'file', 'FILE.UPLOADED'],
  ['UPLOAD', 'folder', 'FOLDER.CREATED'],
  ['SHARE', 'folder', 'SHARED_LINK.CREATED'],
  ['UNSHARE', 'file', 'SHARED_LINK.DELETED'],
  ['LOCK', 'folder', undefined],
] as const)('takes %s of a %s for %s', (type, kind, trigger) => {
  expect(triggerOf({ id: '1', type, at: '', by: '1', item: { type: kind, id: '2' }, parentId: '17', collaborationId: undefined })).toBe(
    trigger,
  );
});

it('writes messages in the shape of Box, with the collaboration as their source', async () => {
  const notes = new NotesModel(new Fate());
  notes.notes.set('folder#17', note);
  const entry = {
    event_id: 'e-1',
    event_type: 'COLLABORATION_INVITE',
    created_at: '2026-11-22T02:00:00Z',
    created_by: { id: '11' },
    source: { item_type: 'folder', item_id: '17' },
    additional_details: { collab_id: '77' },
  };
  const invited = happenedFrom(entry);
  const history: History = {
    read: async (_, position) => ({ events: invited ? [invited] : [], position: '1', isEnd: position === '1' }),
    above: async () => [],
  };
  const bodies: unknown[] = [];
  const enqueue = async (_: string, body: string) => bodies.push(JSON.parse(body));
  await catchUp({ wanted: [wanted], notes, lease: alone, history, enqueue, now: () => 12 * hour });
  expect(bodies[0]).toEqual({
    type: 'webhook_event',
    id: 'event-e-1-COLLABORATION.CREATED',
    created_at: '2026-11-22T02:00:00Z',
    trigger: 'COLLABORATION.CREATED',
    webhook: { id: '5', type: 'webhook' },
    created_by: { type: 'user', id: '11' },
    source: { type: 'collaboration', id: '77', item: { type: 'folder', id: '17' } },
    additional_info: [],
  });
});

it.each([
  ['COLLABORATION_INVITE', 'COLLABORATION.CREATED', { collab_id: '77' }, { type: 'collaboration', id: '77' }],
  ['UPLOAD', 'FILE.UPLOADED', { version_id: 9 }, { type: 'file', id: '17', file_version: { type: 'file_version', id: '9', sha1: 'x' } }],
  ['UPLOAD', 'FILE.UPLOADED', {}, { type: 'file', id: '17' }],
])('gives what happened the marker that it has when Box tells it: %s %s', async (type, trigger, details, source) => {
  const entry = {
    event_id: 'e-1',
    event_type: type,
    created_at: '2026-11-22T02:00:00Z',
    created_by: { id: '11' },
    source: { item_type: 'file', item_id: '17' },
    additional_details: details,
  };
  const page = { rawData: { entries: [entry] }, nextStreamPosition: '1' };
  const none = { rawData: { entries: [] }, nextStreamPosition: '1' };
  const events = { getEvents: async ({ streamPosition }: { streamPosition?: string }) => (streamPosition === undefined ? page : none) };
  const notes = new NotesModel(new Fate());
  notes.notes.set('folder#17', note);
  const bodies: Buffer[] = [];
  const enqueue = async (_: string, body: string) => bodies.push(Buffer.from(body));
  const history = boxHistory({ events, files: {}, folders: {} } as never);
  await catchUp({ wanted: [wanted], notes, lease: alone, history, enqueue, now: () => 12 * hour });
  const told = { type: 'webhook_event', id: 'a-uuid', created_at: '2026-11-21T18:00:00-08:00', trigger, webhook: { id: '5' }, source };
  const [caughtUp = Buffer.alloc(0)] = bodies;
  expect(markerOf(parseWebhookEvent(caughtUp))).toBe(markerOf(parseWebhookEvent(Buffer.from(JSON.stringify(told)))));
});

it('gives two things that happened two markers', () => {
  const told = (trigger: string, at: string, source: object) =>
    markerOf(
      parseWebhookEvent(
        Buffer.from(JSON.stringify({ type: 'webhook_event', id: 'x', created_at: at, trigger, webhook: { id: '5' }, source })),
      ),
    );
  const [early, late] = ['2026-11-22T02:00:00Z', '2026-11-22T02:00:01Z'];
  const version = (id: string) => ({ type: 'file', id: '17', file_version: { type: 'file_version', id } });
  const markers = [
    told('FILE.UPLOADED', early, version('1')),
    told('FILE.UPLOADED', early, version('2')),
    told('FILE.DOWNLOADED', early, version('1')),
    told('FILE.DOWNLOADED', late, version('1')),
    told('COLLABORATION.CREATED', early, { type: 'collaboration', id: '7' }),
    told('COLLABORATION.ACCEPTED', early, { type: 'collaboration', id: '7' }),
    told('COLLABORATION.UPDATED', early, { type: 'collaboration', id: '7' }),
    told('COLLABORATION.UPDATED', late, { type: 'collaboration', id: '7' }),
  ];
  expect(new Set(markers).size).toBe(markers.length);
  for (const marker of markers) expect(marker).toMatch(/^[\w.-]{1,120}$/);
});
