import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../sandbox/start/synthesize.ts';
import { measured, type Result, skipped } from '../result.ts';
import { deploySeconds } from './deploy-seconds.ts';
import { installMiB } from './install-mib.ts';
import { peakOfReport } from './peak-of-report.ts';
import { startSeconds } from './start-seconds.ts';

const root = join(import.meta.dirname, '../../..');

/** storage-report's memory in its container, how long the sandbox takes, and what it all is on a disk. */
export async function storage(runs: number): Promise<readonly Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'nightporter-bench-'));
  const assembly = join(folder, 'cdk.out');
  try {
    await synthesize(root, assembly, AbortSignal.timeout(120_000));
    return [
      ...(await peaks(assembly)),
      measured('start.deploy_s', await deploySeconds(assembly, Math.ceil(runs / 3))),
      measured('start.total_s', await startSeconds(root)),
      measured('install.mib', await installMiB(root)),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function peaks(assembly: string): Promise<readonly Result[]> {
  if (process.platform !== 'linux') {
    const reason = 'peak memory of another process is read from /proc, which only Linux has';
    return [skipped('storage.peak_mib_100k', reason), skipped('storage.peak_growth', reason)];
  }
  const small = await peakOfReport(assembly, 10_000);
  const large = await peakOfReport(assembly, 100_000);
  return [measured('storage.peak_mib_100k', large, { name: '10,000 users', value: small }), measured('storage.peak_growth', large / small)];
}
