import { join } from 'node:path';
import { runChild } from '../harness/run-child.ts';

const asked = { users: 100_000, held: 1_000_000 };
const script = join(import.meta.dirname, 'seeded-process.ts');

interface Seeded {
  readonly users: number;
  readonly held: number;
  readonly seconds: number;
  /** Peak resident memory. */
  readonly mib: number;
}

/** What a seeded Box that holds everything at once costs. @throws Error when it had fewer users or items than it should */
export async function seededBox(): Promise<Pick<Seeded, 'seconds' | 'mib'>> {
  const { told } = await runChild<Seeded>([script], { environment: { PATH: process.env.PATH ?? '' } });
  if (told.users < asked.users || told.held < asked.held)
    throw new Error(`The seeded Box has ${told.users} users and holds ${told.held} items only.`);
  return told;
}
