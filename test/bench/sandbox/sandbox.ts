import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../sandbox/start/synthesize.ts';
import { measured, type Result, skipped } from '../result.ts';
import { callsPerSecond } from './calls-per-second.ts';
import { leftovers } from './leftovers.ts';
import { seededBox } from './seeded-box.ts';
import { upMs } from './up-ms.ts';
import { warmInvokeMs } from './warm-invoke-ms.ts';

const root = join(import.meta.dirname, '../../..');

/** How fast and how small the sandbox is. */
export async function sandbox(runs: number): Promise<readonly Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'nightporter-bench-'));
  try {
    const assembly = join(folder, 'cdk.out');
    await synthesize(root, assembly, AbortSignal.timeout(120_000));
    const seeded = await seededBox();
    return [
      measured('sandbox.up_ms', await upMs(assembly, runs)),
      measured('sandbox.warm_invoke_ms', await warmInvokeMs(join(folder, 'small'))),
      measured('sandbox.calls_per_s', await callsPerSecond('/2.0/users/me')),
      measured('sandbox.pages_per_s', await callsPerSecond('/2.0/users?limit=100')),
      measured('sandbox.seeded_mib', seeded.mib),
      measured('sandbox.seeded_s', seeded.seconds),
      await left(assembly),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function left(assembly: string): Promise<Result> {
  if (process.platform !== 'linux') return skipped('sandbox.leftovers', 'processes are counted on Linux only');
  const { processes, ports, files } = await leftovers(assembly, 500);
  return measured('sandbox.leftovers', processes + ports + files);
}
