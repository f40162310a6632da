import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Sandbox } from '../sandbox.ts';

/** Copies the published report of that run out of the bucket. @returns the page's absolute path, or undefined where the job published none */
export async function saveReport(sandbox: Sandbox, job: string, folder: string): Promise<string | undefined> {
  const keys = await sandbox.reportKeys(`reports/${job}/`);
  const manifest = keys.filter((key) => key.endsWith('/manifest.json')).at(-1);
  if (!manifest) return undefined;
  const target = join(folder, job);
  // Whole or not at all: another sandbox of the same checkout may be writing its own.
  const draft = `${target}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  const files = keys.filter((key) => dirname(key) === dirname(manifest));
  await Promise.all(files.map(async (key) => writeFile(join(draft, basename(key)), await sandbox.readReport(key))));
  await rm(target, { recursive: true, force: true });
  await rename(draft, target);
  return join(target, 'report.html');
}
