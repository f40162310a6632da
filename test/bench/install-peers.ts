import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { peersFolder } from './peers-folder.ts';

/** `npm ci` of the peers when they are not there. @throws Error with npm's words */
export async function installPeers(): Promise<void> {
  if (existsSync(join(peersFolder, 'node_modules/.package-lock.json'))) return;
  console.error('Installing what to compare with (test/bench/peers) …');
  await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], { cwd: peersFolder, shell: process.platform === 'win32' });
}
