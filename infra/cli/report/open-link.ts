import { spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NightporterError } from '../../../lib/errors.ts';

/**
 * Shows a link in the browser. The link is its own permission, so it goes through a file that only its owner can read: arguments of a
 * process can be read by every process of the machine.
 * @throws NightporterError `COMMAND_INVALID` where nothing can open a page
 */
export async function openLink(link: string): Promise<void> {
  const file = join(await mkdtemp(join(tmpdir(), 'nightporter-')), 'report.html');
  const address = link.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  await writeFile(file, `<!doctype html><meta http-equiv="refresh" content="0; url=${address}"><title>Report</title>\n`, { mode: 0o600 });
  const [program, ...before] = openers[process.platform] ?? ['xdg-open'];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  spawn(program ?? 'xdg-open', [...before, file], { stdio: 'ignore', detached: true })
    .once('error', () => reject(new NightporterError('COMMAND_INVALID', 'Use --print: no program here opens a page.')))
    .once('spawn', resolve)
    .unref();
  return promise;
}

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = { darwin: ['open'], win32: ['explorer.exe'] };
