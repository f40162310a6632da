import { startAws } from '../../sandbox/aws/index.ts';
import { median } from '../median.ts';

/** From a synthesised assembly to "deployed". */
export async function deploySeconds(assembly: string, runs: number): Promise<number> {
  const seconds: number[] = [];
  for (let run = 0; run < runs; run++) {
    const startedAt = performance.now();
    const aws = await startAws({ assembly });
    await aws.deploy();
    seconds.push((performance.now() - startedAt) / 1000);
    await aws.stop();
  }
  return median(seconds);
}
