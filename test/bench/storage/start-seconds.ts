import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The whole of `npm start`, from nothing. @throws Error with what it wrote when it fails */
export async function startSeconds(root: string): Promise<number> {
  const startedAt = performance.now();
  await promisify(execFile)(process.execPath, [join(root, 'test/sandbox/start.ts')], { cwd: root });
  return (performance.now() - startedAt) / 1000;
}
