import { createHash } from 'node:crypto';
import { Clock } from '../../sandbox/box/clock.ts';
import { call, mint } from '../../sandbox/box/http/box-http.ts';
import { openSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { type StageAssembly, stageWith } from '../stage-with.ts';

/** What the simulator calls the first folders that the service account makes. */
export const [archive, links, people] = ['199990000001', '199990000002', '199990000003'] as const;

const rules = [
  { classification: 'Confidential', access: 'none' },
  { access: 'company', days: 30 },
];

/** The repository's webhooks; the guards enforce. */
export function stageOfHandlers(): Promise<StageAssembly> {
  return stageWith({
    notify: 'porter@northwind.example',
    settings: { inventoryUser: '11000001', archiveFolder: archive, linksFolder: links, collaborationsFolder: people },
    webhooks: {
      'archive-upload': true,
      'guard-shared-link': { mode: 'enforce', params: { rules } },
      'guard-collaboration': { mode: 'enforce', params: { allowedDomains: ['Northwind.example'] } },
    },
  });
}

export interface Handlers extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly clock: Clock;
  /** As the service account. @returns the body of the answer */
  api(method: string, path: string, body?: unknown): ReturnType<typeof bodyOf>;
  /** @returns the id of the file */
  put(folder: string, content: Uint8Array<ArrayBuffer> | string, fileId?: string): Promise<string>;
  /** Box sends what is due, and the handlers get what is visible. */
  pass(milliseconds?: number): Promise<void>;
  /** SHA-1 of each version of a file that is in the archive. */
  archived(file: string): Promise<readonly string[]>;
  findings(job: string): Promise<readonly Record<string, unknown>[]>;
}

/** With the folders and webhooks in place. */
export async function openHandlers(assembly: string): Promise<Handlers> {
  const clock = new Clock();
  const { now } = clock;
  const sandbox = await openSandbox({ assembly, box: { users: 5, now }, aws: { now } });
  const { box, aws } = sandbox;
  await Promise.all([sandbox.putSecret(), sandbox.putSigningKeys()]);
  const api: Handlers['api'] = async (method, path, body) => bodyOf(box, method, path, body);
  for (const name of ['Archive', 'Links', 'People']) await api('POST', '/2.0/folders', { name, parent: { id: '0' } });
  await sandbox.run('webhooks', new Date(now()));
  let made = 0;
  return {
    sandbox,
    clock,
    api,
    async put(folder, content, fileId = '') {
      const form = new FormData();
      form.set('attributes', JSON.stringify({ name: `file ${made++}`, parent: { id: folder } }));
      form.set('file', new Blob([content]), 'file');
      const headers = { authorization: `Bearer ${await mint(box)}` };
      const path = `/upload/api/2.0/files/${fileId && `${fileId}/`}content`;
      const answer = await fetch(box.url + path, { method: 'POST', headers, body: form });
      return ((await answer.json()) as { entries: { id: string }[] }).entries[0]?.id ?? '';
    },
    async pass(milliseconds = 0) {
      clock.advance(milliseconds);
      await box.webhooks.deliverDue(1);
      await aws.events.drain();
    },
    async archived(file) {
      const keys = await sandbox.reportKeys(`archive/archive-upload/${file}/`);
      const contents = keys.filter((key) => key.endsWith('/content'));
      return Promise.all(contents.map(async (key) => sha1(await sandbox.readReport(key))));
    },
    async findings(job) {
      const keys = await sandbox.reportKeys(`reports/${job}/findings/`);
      return Promise.all(keys.map(async (key) => JSON.parse(Buffer.from(await sandbox.readReport(key)).toString())));
    },
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

async function bodyOf(box: Sandbox['box'], method: string, path: string, body: unknown) {
  return (await call(box, await mint(box), method, path, body)).body;
}

export function sha1(bytes: Uint8Array | string): string {
  return createHash('sha1').update(bytes).digest('hex');
}
