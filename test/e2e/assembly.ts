import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { freshClone, root } from '../infra/context.ts';
import { synthesize } from '../sandbox/start/synthesize.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the stage "sandbox", synthesised once for all e2e tests. */
    assembly: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'nightporter-e2e-'));
  const assembly = join(folder, 'cdk.out');
  await synthesize(root, assembly, new AbortController().signal, 'sandbox', freshClone(join(folder, 'clone')));
  project.provide('assembly', assembly);
  return () => rm(folder, { recursive: true, force: true });
}
