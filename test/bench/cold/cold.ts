import { makeQuotaGroup } from '../harness/quota-group.ts';
import { type Figures, runProcess } from '../harness/run-process.ts';
import { interleave } from '../interleave.ts';
import { measured, type Result, skipped } from '../result.ts';
import { callCost } from '../warm/call-cost.ts';
import { pipelineCost } from '../warm/pipeline-cost.ts';
import { openWorkshop, type Workshop } from '../workshop.ts';
import { zipBytes } from './zip-bytes.ts';

/** Cold starts in whole processes, and the warm path. */
export async function cold(runs: number): Promise<readonly Result[]> {
  await using workshop = await openWorkshop();
  return [
    ...(await wholeProcess(workshop, runs)),
    ...(await atShareOf128Mb(workshop, runs)),
    measured('cold.layer_zip_mib', (await zipBytes(workshop.layer)) / 1024 ** 2),
    await pipelineCost(workshop, runs),
    ...(await callCost(workshop, runs)),
  ];
}

async function wholeProcess({ product, peer, environment, aws }: Workshop, runs: number): Promise<readonly Result[]> {
  const claimed = { RUNS_TABLE: 'runs', REPORTS_BUCKET: 'reports', AWS_ENDPOINT_URL: aws.url };
  const { floor, ours, full, naive } = await interleave<'floor' | 'ours' | 'full' | 'naive', Figures>(runs, {
    floor: () => runProcess({ file: peer('empty'), environment }),
    ours: () => runProcess({ file: product('list-users'), environment }),
    full: () => runProcess({ file: product('storage-report'), environment: { ...environment, ...claimed } }),
    naive: () => runProcess({ file: peer('naive'), environment }),
  });
  const over = (figure: 'wallMs' | 'peakMiB', of: Figures) => of[figure] / floor[figure];
  return [
    measured('cold.whole_over_floor', over('wallMs', ours), { name: 'naive', value: over('wallMs', naive) }),
    measured('cold.full_over_floor', over('wallMs', full)),
    measured('cold.rss_over_floor', over('peakMiB', ours), { name: 'naive', value: over('peakMiB', naive) }),
  ];
}

async function atShareOf128Mb({ product, peer, environment }: Workshop, runs: number): Promise<readonly Result[]> {
  const group = await makeQuotaGroup();
  if (typeof group === 'string') return [skipped('cold.total_128mb_over_naive', group), skipped('cold.first_call_128mb_ms', group)];
  await using _ = group;
  const { ours, naive } = await interleave<'ours' | 'naive', Figures>(runs, {
    ours: () => runProcess({ file: product('list-users'), environment, group: group.file }),
    naive: () => runProcess({ file: peer('naive'), environment, group: group.file }),
  });
  return [
    measured('cold.total_128mb_over_naive', (ours.initMs + ours.callMs) / (naive.initMs + naive.callMs), { name: 'naive', value: 1 }),
    measured('cold.first_call_128mb_ms', ours.callMs, { name: 'naive', value: naive.callMs }),
  ];
}
