import { join } from 'node:path';
import { runChild } from '../harness/run-child.ts';
import { measured, type Result } from '../result.ts';

const script = join(import.meta.dirname, 'pool-process.ts');

export async function pool(): Promise<Result> {
  const { told } = await runChild<{ mib: number; held: number }>(['--expose-gc', script], {
    environment: { PATH: process.env.PATH ?? '' },
  });
  return measured('pool.mib_per_100k_subjects', (told.mib * 100_000) / told.held);
}
