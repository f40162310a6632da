import { stageOfStamps, storm } from '../../e2e/webhooks/storm.ts';
import { traffic } from '../../lib/webhook/hostile/traffic.ts';
import { measured, type Result } from '../result.ts';
import { receiveCost } from './receive-cost.ts';
import { ring } from './ring.ts';

const requests = 1_000_000;

/** What strangers get in, what verification costs, and how long an event takes to its handler. */
export async function webhooks(runs: number): Promise<readonly Result[]> {
  const { accepted, refused, misjudged, crashes, heap } = await traffic(requests, 1);
  return [
    measured('hostile.accepted', accepted),
    measured('hostile.misjudged', misjudged),
    measured('valid.refused', refused),
    measured('hostile.crashes', crashes),
    measured('hostile.heap_growth', heap[1] / heap[0]),
    ...(await survived()),
    ...(await receiveCost(runs)),
    ...(await ring()),
  ];
}

async function survived(): Promise<readonly Result[]> {
  await using stage = await stageOfStamps();
  const { lost, twice } = await storm(stage.folder);
  return [measured('storm.lost', lost.length), measured('storm.diverged', twice.length)];
}
