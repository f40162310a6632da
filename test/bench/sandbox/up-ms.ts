import { openSandbox } from '../../sandbox/sandbox.ts';
import { median } from '../median.ts';

/** From a synthesised assembly to Box and AWS both ready, every resource of the stage deployed. */
export async function upMs(assembly: string, runs: number): Promise<number> {
  const samples: number[] = [];
  for (let run = 0; run < runs; run++) {
    const startedAt = performance.now();
    await using _ = await openSandbox({ assembly });
    samples.push(performance.now() - startedAt);
  }
  return median(samples);
}
