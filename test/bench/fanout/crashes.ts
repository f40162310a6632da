import { crashAtRandom, crashSizes } from '../../e2e/rounds/crash-at-random.ts';
import { measured, type Result } from '../result.ts';

/** Runs whose processes are killed at random. Other sizes with CRASHES and USERS, as for the test of the same. */
export async function crashes(): Promise<readonly Result[]> {
  const sizes = crashSizes([
    { schedules: 1_000, users: 200 },
    { schedules: 3, users: 100_000 },
  ]);
  let lost = 0;
  let diverged = 0;
  for (const size of sizes) {
    const seen = await crashAtRandom(size);
    lost += seen.lost;
    diverged += seen.diverged;
    // Standard output may be one JSON object.
    console.error(
      `${size.schedules} schedules over ${size.users} users: ${seen.kills} processes killed${seen.first ? `, see ${seen.first}` : ''}`,
    );
  }
  return [measured('crash.lost', lost), measured('crash.diverged', diverged)];
}
