import { join } from 'node:path';
import { runChild } from '../harness/run-child.ts';

const items = 1_000_000;
const script = join(import.meta.dirname, 'seeded-process.ts');

/** Peak resident memory of a seeded Box. @throws Error when it had fewer items than it should */
export async function seededMiB(): Promise<number> {
  const { told } = await runChild<{ seen: number; mib: number }>([script], { environment: { PATH: process.env.PATH ?? '' } });
  if (told.seen < items) throw new Error(`The seeded Box has ${told.seen} items only.`);
  return told.mib;
}
