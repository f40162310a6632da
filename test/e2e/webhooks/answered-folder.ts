import { call, mint, upload } from '../../sandbox/box/http/box-http.ts';
import type { BoxSimulator } from '../../sandbox/box/server.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

export interface AnsweredFolder {
  /** @returns the id of the new file */
  upload(name: string): Promise<string>;
  description(file: string): Promise<string>;
  comments(file: string): Promise<number>;
  /** How often the handler has written the file's description, by Box's own journal. */
  writes(file: string): number;
}

/** A folder of the service account, and a webhook on it that the stage answers, as somebody would have made it in Box's console. */
export async function answeredFolder({ box, webhookAddress }: Sandbox, name = 'describe-uploads'): Promise<AnsweredFolder> {
  const token = () => mint(box);
  const { body } = await call(box, await token(), 'POST', '/2.0/folders', { name: 'Inbox', parent: { id: '0' } });
  const folder = String(body.id);
  const createdBy = String((await call(box, await token(), 'GET', '/2.0/users/me')).body.id);
  box.webhooks.add({ target: { type: 'folder', id: folder }, triggers: ['FILE.UPLOADED'], address: webhookAddress(name), createdBy });
  return {
    async upload(fileName) {
      const { file } = await upload(box, await token(), { name: fileName, folder, content: fileName });
      return String(file.id);
    },
    async description(file) {
      return String((await call(box, await token(), 'GET', `/2.0/files/${file}?fields=description`)).body.description);
    },
    async comments(file) {
      return (await call(box, await token(), 'GET', `/2.0/files/${file}/comments`)).body.entries.length;
    },
    writes: (file) => writesTo(box, file),
  };
}

function writesTo({ journal }: BoxSimulator, file: string): number {
  return journal.entries.filter(({ method, path, status }) => method === 'PUT' && path === `/2.0/files/${file}` && status === 200).length;
}
