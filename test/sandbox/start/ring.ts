import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { call, mint, upload } from '../box/http/box-http.ts';
import type { Sandbox } from '../sandbox.ts';
import type { Progress } from './progress.ts';

/** What a person does in Box, by the webhook that listens for it; in a folder of the app, to which the person was invited. */
const deeds: Readonly<Record<string, Deed>> = {
  'archive-upload': { folder: 0, says: 'Upload a file', what: async ({ file }) => file },
  'guard-shared-link': {
    folder: 1,
    says: 'Open a file to the whole internet',
    async what({ sandbox: { box }, token, file }) {
      await call(box, token, 'PUT', `/2.0/files/${file}?fields=shared_link`, { shared_link: { access: 'open' } });
      return file;
    },
  },
  'guard-collaboration': {
    folder: 2,
    says: 'Share a file with a stranger',
    async what({ sandbox: { box }, token, file }) {
      const accessible_by = { type: 'user', login: 'stranger@elsewhere.example' };
      await call(box, token, 'POST', '/2.0/collaborations', { item: { type: 'file', id: file }, accessible_by, role: 'viewer' });
      return file;
    },
  },
};

interface Deed {
  /** Which of the folders that the stage's settings name. */
  readonly folder: number;
  readonly says: string;
  what(scene: { readonly sandbox: Sandbox; readonly token: string; readonly file: string }): Promise<string>;
}

export const webhookNames: readonly string[] = Object.keys(deeds);

const person = '11000001';
const content = 'What the night porter keeps.\n'.repeat(40_000);

/** Lets that happen in Box which the webhook listens for, and looks at what became of it. @returns lines for people */
export async function ring(sandbox: Sandbox, name: string, { step }: Progress, folder: string): Promise<string> {
  const { box, aws } = sandbox;
  const deed = deeds[name];
  if (deed === undefined) throw new Error(`There is no webhook "${name}"; there are ${webhookNames.join(', ')}.`);
  await step('Put the signing keys of Box into the secret of the receivers', () => sandbox.putSigningKeys());
  const inbox = await step('Make the folders in Box', () => makeFolders(sandbox, deed.folder));
  await step('Make the webhooks, as every hour', () => sandbox.run('webhooks'));
  const token = await mint(box, person);
  const file = await step(deed.says, async () => {
    const { file: made } = await upload(box, token, { name: 'ledger.txt', folder: inbox, content });
    return deed.what({ sandbox, token, file: String(made.id) });
  });
  const startedAt = performance.now();
  const attempts = await step('Let Box send it', () => box.webhooks.deliverDue());
  await step('Let the handler have it', () => aws.events.drain());
  const seconds = (performance.now() - startedAt) / 1000;
  const lines = [
    ['webhook', name],
    ['Box was answered', attempts.map(({ status }) => status).join(', ')],
    ['duration', `${seconds.toFixed(2)} s, from what Box sent to what came of it`],
    ...(await outcome(sandbox, name, file, folder)),
  ];
  const width = Math.max(...lines.map(([label = '']) => label.length));
  return lines.map(([label = '', value]) => `  ${label.padEnd(width)}  ${value}`).join('\n');
}

/** The app's own, to which the person is invited. @returns the id of the one that the webhook is on */
async function makeFolders({ box }: Sandbox, wanted: number): Promise<string> {
  const ids: string[] = [];
  for (const name of ['Archive', 'Links', 'Collaborations']) {
    const token = await mint(box);
    const { body } = await call(box, token, 'POST', '/2.0/folders', { name, parent: { id: '0' } });
    const invited = { item: { type: 'folder', id: body.id }, accessible_by: { type: 'user', id: person }, role: 'co-owner' };
    await call(box, token, 'POST', '/2.0/collaborations', invited);
    ids.push(String(body.id));
  }
  return ids[wanted] ?? '';
}

/** Read from Box and from the bucket, not from what the product says of itself. */
async function outcome(sandbox: Sandbox, name: string, file: string, folder: string): Promise<string[][]> {
  const keys = await sandbox.reportKeys(name === 'archive-upload' ? `archive/${name}/` : `reports/${name}/`);
  const bytes = await Promise.all(keys.map((key) => sandbox.readReport(key)));
  const target = join(folder, name);
  await mkdir(target, { recursive: true });
  await Promise.all(keys.map((key, nth) => writeFile(join(target, key.split('/').slice(3).join('-')), bytes[nth] ?? '')));
  const { body } = await call(
    sandbox.box,
    await mint(sandbox.box, person),
    'GET',
    `/2.0/files/${file}?fields=sha1,shared_link,comment_count`,
  );
  if (name !== 'archive-upload') {
    return [
      ['link reaches', String(body.shared_link?.access ?? 'nobody')],
      ['comments', String(body.comment_count)],
      ['findings', target],
    ];
  }
  const copy = bytes[keys.findIndex((key) => key.endsWith('/content'))];
  const isSame = copy !== undefined && createHash('sha1').update(copy).digest('hex') === body.sha1;
  return [
    ['archived', `${copy?.length.toLocaleString('en-US') ?? 'no'} bytes, ${isSame ? 'the same as in Box' : 'NOT the same as in Box'}`],
    ['copy', target],
  ];
}
