import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../sandbox/start/synthesize.ts';
import { measured, type Result } from '../result.ts';
import { callsPerSecond } from './calls-per-second.ts';
import { seededMiB } from './seeded-mib.ts';
import { upMs } from './up-ms.ts';
import { warmInvokeMs } from './warm-invoke-ms.ts';

const root = join(import.meta.dirname, '../../..');

/** How fast and how small the sandbox is. */
export async function sandbox(runs: number): Promise<readonly Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'nightporter-bench-'));
  try {
    const assembly = join(folder, 'cdk.out');
    await synthesize(root, assembly, AbortSignal.timeout(120_000));
    return [
      measured('sandbox.up_ms', await upMs(assembly, runs)),
      measured('sandbox.warm_invoke_ms', await warmInvokeMs(join(folder, 'small'))),
      measured('sandbox.calls_per_s', await callsPerSecond('/2.0/users/me')),
      measured('sandbox.pages_per_s', await callsPerSecond('/2.0/users?limit=100')),
      measured('sandbox.seeded_mib', await seededMiB()),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
