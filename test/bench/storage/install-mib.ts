import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const mebibyte = 2 ** 20;

/** What `npm ci` puts on a disk, Node 24 for this platform among it. */
export async function installMiB(root: string): Promise<number> {
  const entries = await readdir(join(root, 'node_modules'), { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const entry of entries) if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes / mebibyte;
}
