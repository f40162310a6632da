import { join } from 'node:path';
import { runChild } from '../harness/run-child.ts';
import { median } from '../median.ts';
import { measured, type Result } from '../result.ts';
import type { Workshop } from '../workshop.ts';

const loop = join(import.meta.dirname, '../harness/loop.mjs');

/** An invocation with everything at hand (token from memory, session, log to /dev/null), less a bare handler's. */
export async function pipelineCost({ product, peer, environment }: Workshop, runs: number): Promise<Result> {
  const files = [peer('empty'), product('take-token'), peer('cached-secret')];
  const { told } = await runChild<number[][]>([loop, String(runs), ...files], { environment, log: 'ignore' });
  const [bare = Number.NaN, ours = Number.NaN, naive = Number.NaN] = told.map(median);
  return measured('warm.pipeline_us', ours - bare, { name: 'middy + secret + logger', value: naive - bare });
}
