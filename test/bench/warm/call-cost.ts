import { spawnSync } from 'node:child_process';
import { answerOf } from '../harness/run-process.ts';
import { interleave } from '../interleave.ts';
import { measured, type Result } from '../result.ts';
import type { Workshop } from '../workshop.ts';

type Call = 'small' | 'page';

type Cost = Readonly<{ cpuUs: number }>;

/** Processor time per call to Box, one after the other over TLS, over that of `undici.request` with the same JSON.parse. */
export async function callCost(workshop: Workshop, runs: number): Promise<readonly Result[]> {
  const processors = pin(workshop);
  const results: Result[] = [];
  for (const [call, times] of [
    ['small', 3_000],
    ['page', 1_500],
  ] as const) {
    const { ours, undici, boxSdk } = await compare(workshop, call, times, Math.ceil(runs / 3), processors);
    results.push(
      measured(`warm.call_cpu_over_undici_${call}`, ours.cpuUs / undici.cpuUs, {
        name: 'box-node-sdk',
        value: boxSdk.cpuUs / undici.cpuUs,
      }),
      measured(`warm.box_sdk_call_cpu_over_undici_${call}`, boxSdk.cpuUs / undici.cpuUs),
    );
  }
  return results;
}

function compare({ product, peer, environment }: Workshop, call: Call, times: number, runs: number, processor: number | undefined) {
  const one = (file: string, count: number) => () =>
    answerOf<Cost>({
      file,
      processor,
      environment: { ...environment, NIGHTPORTER_PARAMS: JSON.stringify({ call, warmUp: count / 3, times: count }) },
    });
  return interleave<'ours' | 'undici' | 'boxSdk', Cost>(runs, {
    ours: one(product('repeat-call'), times),
    undici: one(peer('undici-calls'), times),
    // A tenth: it makes a TLS handshake for each call.
    boxSdk: one(peer('box-sdk-calls'), times / 10),
  });
}

/** The server on the first processor, the client on the second, where that can be arranged. */
export function pin({ box }: Workshop): number | undefined {
  const { status } = spawnSync('taskset', ['-a', '-p', '-c', '0', String(box.processId)], { stdio: 'ignore' });
  return status === 0 ? 1 : undefined;
}
