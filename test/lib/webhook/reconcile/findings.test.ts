import { expect, it } from 'vitest';
import type { Finding } from '../../../../lib/webhook/reconcile/finding.ts';
import type { Present } from '../../../../lib/webhook/reconcile/plan.ts';
import { reconcile } from '../../../../lib/webhook/reconcile/reconcile.ts';
import type { Wanted } from '../../../../lib/webhook/reconcile/wanted.ts';
import { alone, BoxModel, Fate, NotesModel, refused } from './box-model.ts';

const archive: Wanted = {
  name: 'archive',
  owner: { type: 'enterprise' },
  target: { type: 'folder', id: '17' },
  address: 'https://ours.example/archive',
  triggers: ['FILE.UPLOADED'],
  queueUrl: '',
};
const foreign: Present = { id: '5', target: archive.target, address: 'https://foreign.example/', triggers: ['FILE.TRASHED'] };

interface World {
  readonly box: BoxModel;
  readonly notes: NotesModel;
}

function world(...others: readonly Present[]): World {
  const fate = new Fate();
  return { box: new BoxModel(fate, others), notes: new NotesModel(fate) };
}

function round({ box, notes }: World, wanted: readonly Wanted[], adopt: readonly string[] = [], at = 1): Promise<readonly Finding[]> {
  return reconcile({ wanted, adopt, box, notes, lease: alone, now: () => at });
}

it('says in one sentence why a webhook can not be', async () => {
  const guard = { ...archive, name: 'guard', address: 'https://ours.example/guard' };
  const root = { ...archive, name: 'root', target: { type: 'folder', id: '0' } as const };
  const findings = await round(world(), [archive, guard, root]);
  expect(findings.map(({ did, problem }) => problem ?? did)).toEqual([
    'created',
    'Give guard another target than folder 17: archive has it, and Box takes one webhook for an item, app and user.',
    'Give root a folder below the root folder: Box takes no webhook on folder 0.',
  ]);
});

it('leaves what another made, unless it is listed: then it is changed, and stays when nobody wants it any more', async () => {
  const there = world(foreign);
  const [left] = await round(there, [archive]);
  expect(left).toMatchObject({ did: 'nothing', problem: expect.stringMatching(/^Delete webhook 5 on folder 17 or list it under "adopt"/) });
  expect(there.box.webhooks.get('5')).toEqual(foreign);

  expect(await round(there, [archive], ['5'])).toMatchObject([{ did: 'adopted', webhook: '5' }]);
  expect(there.box.webhooks.get('5')).toMatchObject({ address: archive.address, triggers: archive.triggers });
  expect(await round(there, [])).toMatchObject([{ did: 'left', webhook: '5' }]);
  expect(there.box.webhooks.has('5')).toBe(true);
});

it('asks for the triggers of all handlers that share an address and an item', async () => {
  const there = world();
  await round(there, [archive, { ...archive, name: 'trash', triggers: ['FILE.TRASHED'] }]);
  expect([...there.box.webhooks.values()]).toMatchObject([{ triggers: ['FILE.UPLOADED', 'FILE.TRASHED'] }]);
});

it.each([
  [403, /^Enable the scope "Manage webhooks".*folder 17 \(Box answered 403\)\.$/],
  [404, /^Correct the target folder 17, or invite the webhook's user to it/],
  [409, /^Look for a webhook of this app on folder 17/],
  [400, /^Correct the triggers for folder 17/],
  [503, /^Wait for the next round to see to the webhook on folder 17/],
])('turns a %i for one item into a sentence, and sees to the others', async (status, sentence) => {
  const there = world();
  const create = there.box.create.bind(there.box);
  there.box.create = (wanted) => (wanted.target.id === '17' ? Promise.reject(refused(status)) : create(wanted));
  const findings = await round(there, [archive, { ...archive, name: 'other', target: { type: 'file', id: '4' } }]);
  expect(findings).toMatchObject([{ did: 'nothing', problem: expect.stringMatching(sentence) }, { did: 'created' }]);
});

it('still knows one as ours that somebody has moved and that could not be taken away at once', async () => {
  const there = world();
  await round(there, [archive]);
  const [moved] = there.box.webhooks.values();
  if (moved) there.box.webhooks.set(moved.id, { ...moved, target: { type: 'file', id: '9' } });
  const remove = there.box.remove.bind(there.box);
  there.box.remove = () => Promise.reject(refused(503));
  expect(await round(there, [archive])).toMatchObject([{ did: 'nothing', problem: expect.stringMatching(/^Wait for the next round/) }]);
  there.box.remove = remove;
  await round(there, [archive]);
  expect([...there.box.webhooks.values()]).toMatchObject([{ target: archive.target }]);
});

it('says for every item that nothing was done where Box does not even list the webhooks', async () => {
  const there = world();
  await round(there, [archive]);
  there.box.list = () => {
    throw refused(403);
  };
  const other = { ...archive, target: { type: 'file', id: '4' } as const };
  expect(await round(there, [other])).toMatchObject([
    { target: other.target, did: 'nothing', problem: expect.stringMatching(/^Enable the scope "Manage webhooks"/) },
    { target: archive.target, did: 'nothing', problem: expect.stringMatching(/403/) },
  ]);
});

it('remembers since when a webhook was gone, also where it can not be made again at once', async () => {
  const there = world();
  await round(there, [archive], [], 1000);
  await round(there, [archive], [], 2000);
  there.box.webhooks.clear();
  const create = there.box.create.bind(there.box);
  there.box.create = () => Promise.reject(refused(403));
  await round(there, [archive], [], 3000);
  there.box.create = create;
  expect(await round(there, [archive], [], 4000)).toMatchObject([{ did: 'recreated' }]);
  expect([...there.notes.notes.values()]).toMatchObject([{ state: 'created', missed: { since: 2000, until: 4000 }, aliveAt: 4000 }]);
});

const uploads = ['FILE.UPLOADED'];
const changedBySomebody = (there: World) => {
  const [webhook] = there.box.webhooks.values();
  if (webhook) there.box.webhooks.set(webhook.id, { ...webhook, triggers: ['FILE.TRASHED'] });
};
const missedBy = (there: World) => [...there.notes.notes.values()].map(({ missed }) => missed);

it('tells what a deployment wants from what somebody has changed: that alone was missed', async () => {
  const there = world();
  await round(there, [archive], [], 1000);
  await round(there, [{ ...archive, triggers: ['FILE.UPLOADED', 'FILE.COPIED'] }], [], 2000).then((findings) =>
    expect(findings).toMatchObject([{ did: 'updated' }]),
  );
  await round(there, [archive], [], 3000).then((findings) => expect(findings).toMatchObject([{ did: 'updated' }]));
  expect(missedBy(there)).toEqual([undefined]);
  changedBySomebody(there);
  expect(await round(there, [archive], [], 4000)).toMatchObject([{ did: 'corrected' }]);
  expect(missedBy(there)).toEqual([{ since: 3000, until: 4000 }]);
});

it.each(['refused', 'carried out, and cut off after that'])(
  'remembers since when one was changed, also where the correction is %s',
  async (how) => {
    const there = world();
    await round(there, [archive], [], 1000);
    changedBySomebody(there);
    const update = there.box.update.bind(there.box);
    there.box.update = async (id, change) => {
      if (how !== 'refused') await update(id, change);
      throw refused(503);
    };
    await round(there, [archive], [], 2000);
    there.box.update = update;
    await round(there, [archive], [], 3000);
    expect([...there.box.webhooks.values()]).toMatchObject([{ triggers: uploads }]);
    expect(missedBy(there)).toEqual([{ since: 1000, until: 3000 }]);
  },
);

it('remembers what was missed where it was cut off between making a webhook and noting it', async () => {
  const there = world();
  await round(there, [archive], [], 1000);
  there.box.webhooks.clear();
  const create = there.box.create.bind(there.box);
  there.box.create = (wanted) => create(wanted).then(() => Promise.reject(refused(503)));
  await round(there, [archive], [], 2000);
  there.box.create = create;
  expect(await round(there, [archive], [], 3000)).toMatchObject([{ did: 'kept' }]);
  expect(missedBy(there)).toEqual([{ since: 1000, until: 3000 }]);
});

it('does not take for its own what stands there with our address and is not known from where', async () => {
  const there = world();
  const list = there.box.list.bind(there.box);
  let looks = 0;
  there.box.list = async function* () {
    if (looks++ === 0) there.box.webhooks.set('9', { ...foreign, id: '9', address: archive.address, triggers: uploads });
    else yield* list();
  };
  expect(await round(there, [archive])).toMatchObject([{ did: 'adopted', webhook: '9' }]);
  expect(await round(there, [])).toMatchObject([{ did: 'left', webhook: '9' }]);
});
