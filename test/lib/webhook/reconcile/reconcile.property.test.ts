import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Present } from '../../../../lib/webhook/reconcile/plan.ts';
import { reconcile } from '../../../../lib/webhook/reconcile/reconcile.ts';
import { targetKey, type Wanted } from '../../../../lib/webhook/reconcile/wanted.ts';
import { alone, BoxModel, Fate, NotesModel } from './box-model.ts';

const target = fc.record({ type: fc.constantFrom('file' as const, 'folder' as const), id: fc.constantFrom('1', '2', '3') });
const triggers = fc.uniqueArray(fc.constantFrom('FILE.UPLOADED', 'FILE.TRASHED', 'SHARED_LINK.CREATED'), { minLength: 1 });
const ourAddresses = ['https://ours.example/a', 'https://ours.example/b'];
const addresses = [...ourAddresses, 'https://foreign.example/'];

const foreign = fc.uniqueArray(fc.record({ target, triggers, address: fc.constantFrom(...addresses) }), {
  selector: (each) => targetKey(each.target),
  maxLength: 4,
});

const wanted = fc.array(
  fc.record({
    name: fc.constantFrom('archive', 'guard', 'tell'),
    owner: fc.constant({ type: 'enterprise' as const }),
    target,
    triggers,
    address: fc.constantFrom(...ourAddresses),
    queueUrl: fc.constant(''),
  }),
  { maxLength: 4 },
);

/** One deployment or round: what is wanted by then, and at which operation it is cut off. */
const trouble = fc.option(fc.record({ after: fc.nat(20), how: fc.constantFrom('dies' as const, 'stumbles' as const) }), { nil: undefined });
const round = fc.record({ wanted, adopt: fc.subarray(['0', '1', '2', '3']), trouble });

/** What somebody, or Box itself, does between two rounds. */
const meddling = fc.option(fc.record({ nth: fc.nat(5), does: fc.constantFrom('removes' as const, 'changes' as const, 'moves' as const) }), {
  nil: undefined,
});

it('however often it is cut off, it ends where it is wanted, and removes nothing that it did not make', async () => {
  let crashes = 0;
  let adoptions = 0;
  const histories = fc.array(fc.record({ round, meddling }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(foreign, histories, async (others, history) => {
      const fate = new Fate();
      const box = new BoxModel(
        fate,
        others.map((each, nth) => ({ ...each, id: String(nth) })),
      );
      const notes = new NotesModel(fate);
      const removed = new Set<string>();
      const play = (wish: { readonly wanted: readonly Wanted[]; readonly adopt: readonly string[] }) =>
        reconcile({ ...wish, box, notes, lease: alone, now: () => 1 });
      for (const {
        round: { trouble: met, ...wish },
        meddling: meddled,
      } of history) {
        fate.meet(met);
        await play(wish).catch(() => undefined);
        fate.meet(undefined);
        if (meddled) meddle(box, notes, meddled, removed);
      }
      const last = history.at(-1)?.round ?? { wanted: [], adopt: [] };
      const findings = await play(last);
      const settled = await play(last);
      const { writes } = fate;
      await play(last);

      crashes += fate.crashes;
      expect(fate.writes, 'a third time changes nothing').toBe(writes);
      adoptions += findings.filter(({ did }) => did === 'adopted').length;
      const there = [...box.webhooks.values()];
      for (const id of others.keys()) expect(box.webhooks.has(String(id)) || removed.has(String(id)), 'not ours').toBe(true);
      const problems = new Set(settled.filter(({ problem }) => problem).map((each) => targetKey(each.target)));
      const targets = new Set(last.wanted.map((each) => targetKey(each.target)));
      for (const key of targets) {
        const found = there.filter((each) => targetKey(each.target) === key);
        expect(found).toHaveLength(1);
        if (problems.has(key)) continue;
        const listeners = last.wanted.filter((each) => targetKey(each.target) === key);
        expect(listeners.map(({ address }) => address)).toContain(found[0]?.address);
        expect(new Set(found[0]?.triggers)).toEqual(new Set(listeners.flatMap((each) => each.triggers)));
      }
      for (const { id, target: at } of there)
        if (box.ours.has(id)) expect(targets.has(targetKey(at)), `${id} is wanted by nobody`).toBe(true);
    }),
    { numRuns: 2000 },
  );
  expect(crashes).toBeGreaterThan(500);
  expect(adoptions).toBeGreaterThan(20);
});

function meddle(
  box: BoxModel,
  notes: NotesModel,
  { nth, does }: { nth: number; does: 'removes' | 'changes' | 'moves' },
  removed: Set<string>,
): void {
  const webhook = [...box.webhooks.values()][nth];
  if (!webhook) return;
  const isNoted = [...notes.notes.values()].some((note) => 'id' in note && note.id === webhook.id);
  const free = ['1', '2', '3'].map((id): Present['target'] => ({ type: 'file', id }));
  const place = free.find((at) => ![...box.webhooks.values()].some((other) => targetKey(other.target) === targetKey(at)));
  if (does === 'removes') {
    box.webhooks.delete(webhook.id);
    removed.add(webhook.id);
  } else if (does === 'changes') box.webhooks.set(webhook.id, { ...webhook, triggers: ['COMMENT.CREATED'] });
  // Moved before its id was noted, nothing but its address could tell that it is ours: it stays, as what is not ours does.
  else if (place && (!box.ours.has(webhook.id) || isNoted)) box.webhooks.set(webhook.id, { ...webhook, target: place });
}
