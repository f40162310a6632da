import { describe, expect, inject, it } from 'vitest';
import { typed } from '../infra/cli/typed.ts';
import { minute } from '../sandbox/box/clock.ts';
import { openContract } from '../sandbox/box/contract/contract.ts';
import { call, mint, upload } from '../sandbox/box/http/box-http.ts';
import type { Exchange } from '../sandbox/box/http/exchange.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { knock } from './knock.ts';
import { waitingPlan } from './plans/changes.ts';
import { stageWith } from './stage-with.ts';

const description = process.env.BOX_OPENAPI;
const why = description ? '' : ' (skipped: BOX_OPENAPI does not name the file)';

/** What the simulator calls the first folders that the service account makes. */
const [archive, links, people] = ['199990000001', '199990000002', '199990000003'];
const limits = { actions: 100_000, share: 1 };
const stage = {
  notify: 'porter@northwind.example',
  settings: { inventoryUser: '11000001', archiveFolder: archive, linksFolder: links, collaborationsFolder: people },
  jobs: {
    'folder-inventory': true,
    'open-shared-links': {
      mode: 'enforce',
      limits,
      params: { rules: [{ do: 'remove', hasEnd: true }, { do: 'restrict', type: 'folder' }, { do: 'expire' }] },
    },
    'external-collaborators': {
      mode: 'enforce',
      limits,
      params: {
        rules: [
          { do: 'remove', pendingForDays: 0 },
          { do: 'downgrade', to: 'previewer' },
        ],
      },
    },
    'inactive-users': { mode: 'approve', limits, params: { days: 28 } },
  },
  webhooks: {
    'archive-upload': true,
    'guard-shared-link': {
      mode: 'enforce',
      params: {
        rules: [
          { classification: 'Confidential', access: 'none' },
          { access: 'company', days: 30 },
        ],
      },
    },
    'guard-collaboration': { mode: 'enforce', params: { allowedDomains: ['northwind.example'] } },
  },
};

function violationsIn(exchanges: readonly Exchange[]): readonly string[] {
  const contract = openContract(description ?? '');
  return [...new Set(exchanges.flatMap((exchange) => contract.checkExchange(exchange)))];
}

describe.skipIf(!description)(`Box's own description${why}`, () => {
  it('fits every request of a night and every answer', async () => {
    const exchanges: Exchange[] = [];
    const onExchange = (exchange: Exchange) => exchanges.push(exchange);
    await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 1_500, onExchange } });
    await sandbox.putSecret();
    for (const job of ['storage-report', 'grant-check']) await sandbox.run(job);
    sandbox.box.app.change({ authorized: false });
    sandbox.box.tokens.revokeAll();
    await sandbox.run('grant-check', new Date('2026-11-22T09:00:00Z'));
    expect(exchanges.length).toBeGreaterThanOrEqual(10);
    expect(violationsIn(exchanges)).toEqual([]);
  });

  it('fits the jobs that change things, the webhooks, what they have missed, and the doctor', { timeout: 120_000 }, async () => {
    const exchanges: Exchange[] = [];
    const onExchange = (exchange: Exchange) => exchanges.push(exchange);
    await using assembly = await stageWith(stage);
    const box = { users: 15, contentFolders: 12, seed: 3, onExchange };
    await using sandbox = await openSandbox({ assembly: assembly.folder, box, aws: { now: Date.now, skipsWaits: true } });
    await Promise.all([sandbox.putSecret(), sandbox.putSigningKeys()]);
    expect((await sandbox.run('folder-inventory')).outcome).toBe('response');
    await planAndApply(sandbox);
    await webhooks(sandbox);
    const before = exchanges.length;
    expect(await doctor(sandbox)).toBe(0);
    expect(exchanges.length - before).toBeGreaterThan(5);
    expect([...new Set(exchanges.map(asked))]).toEqual(expect.arrayContaining(expected));
    expect(violationsIn(exchanges)).toEqual([]);
  });
});

/** What the product asks Box for besides reading; a proof that leaves one out proves nothing of it. */
const expected = [
  'PUT /2.0/files/:id 200',
  'PUT /2.0/folders/:id 200',
  'PUT /2.0/collaborations/:id 200',
  'DELETE /2.0/collaborations/:id 204',
  'PUT /2.0/users/:id 200',
  'GET /2.0/events 200',
  'GET /2.0/webhooks 200',
  'POST /2.0/webhooks 201',
  'PUT /2.0/webhooks/:id 200',
  'GET /2.0/files/:id/content 302',
  'POST /2.0/comments 201',
];

const asked = ({ method, path, status }: Exchange) => `${method} ${path.replaceAll(/\/\d+(?=\/|$)/g, '/:id')} ${status}`;

/** Two that apply what they plan, and one that waits for somebody's approval. */
async function planAndApply(sandbox: Sandbox): Promise<void> {
  for (const job of ['open-shared-links', 'external-collaborators']) {
    expect(await sandbox.run(job)).toMatchObject({ outcome: 'response', payload: { applied: expect.any(Number) } });
  }
  const ended = sandbox.run('inactive-users');
  const { sha256, versionId, job, run } = await waitingPlan(sandbox, 'inactive-users');
  await knock(sandbox, 'Approvals', { verdict: 'approved', job, run, sha256, versionId, reason: 'Agreed' });
  expect(await ended).toMatchObject({ outcome: 'response', payload: { applied: expect.any(Number) } });
}

/** Made, changed by somebody, heard, removed, and caught up with. */
async function webhooks(sandbox: Sandbox): Promise<void> {
  const { box, aws } = sandbox;
  const api = async (method: string, path: string, body: unknown) => (await call(box, await mint(box), method, path, body)).body;
  for (const name of ['Archive', 'Links', 'People']) await api('POST', '/2.0/folders', { name, parent: { id: '0' } });
  const round = () => sandbox.run('webhooks', new Date(aws.now()));
  await round();
  const [first] = box.webhooks.all;
  if (first) box.webhooks.change(first, { triggers: ['FILE.TRASHED'] });
  await aws.advance(60 * minute);
  await round();
  await cause(sandbox, 'heard', api);
  await box.webhooks.deliverDue();
  await aws.events.drain();
  for (const webhook of box.webhooks.all) box.webhooks.remove(webhook);
  await aws.advance(5 * minute);
  await cause(sandbox, 'missed', api);
  for (let nth = 0; nth < 2; nth++) {
    await aws.advance(60 * minute);
    await round();
  }
  await aws.events.drain();
  // What was heard and what was missed have both been seen to.
  for (const folder of ['archive/archive-upload/', 'reports/guard-shared-link/findings/', 'reports/guard-collaboration/findings/']) {
    const keys = await sandbox.reportKeys(folder);
    expect(new Set(keys.map((key) => key.replace(/\/(content|metadata\.json)$/, ''))).size, folder).toBe(2);
  }
}

/** Something for each of the three webhooks. */
async function cause({ box }: Sandbox, name: string, api: (method: string, path: string, body: unknown) => Promise<{ id: string }>) {
  await upload(box, await mint(box), { name, folder: archive, content: name });
  const { id } = await api('POST', '/2.0/folders', { name, parent: { id: links } });
  await api('PUT', `/2.0/folders/${id}`, { shared_link: { access: 'open' } });
  const { file } = await upload(box, await mint(box), { name, folder: people, content: name });
  const login = 'stranger@elsewhere.example';
  await api('POST', '/2.0/collaborations', { item: { type: 'file', id: file.id }, accessible_by: { type: 'user', login }, role: 'viewer' });
}

async function doctor({ aws, box }: Sandbox): Promise<number> {
  const { endpoint, operator } = aws;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: operator.region,
    AWS_ACCESS_KEY_ID: operator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: operator.secretAccessKey,
    BOX_ENDPOINT_URL: box.url,
  });
  return (await typed('doctor', '--stage', 'sandbox')).exitCode;
}
