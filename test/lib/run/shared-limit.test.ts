import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CallBudgets, callBudgets } from '../../../lib/run/call-budgets.ts';
import { sharedPauseIn } from '../../../lib/run/shared-pause.ts';
import { Clock } from '../../sandbox/box/clock.ts';
import { mint } from '../../sandbox/box/http/box-http.ts';
import { startBox } from '../../sandbox/box/server.ts';
import { type RunsTable, runsTable } from './table.ts';

let table: RunsTable;
beforeAll(async () => {
  table = await runsTable();
});
afterAll(() => table[Symbol.asyncDispose]());

interface Job {
  readonly name: string;
  readonly containers: number;
  /** Calls that a container has under way at the same time. */
  readonly atOnce: number;
  /** Calls that it needs in all. */
  readonly calls: number;
}

/** One that calls, one call after the other. */
interface Worker {
  readonly job: Job;
  readonly budgets: CallBudgets;
  /** When it goes on. */
  at: number;
  /** How its call was answered, of which it hears when it goes on. */
  heard?: { readonly status: number; readonly retryMs: number };
}

/** From one call of a worker to its next, in ms, and until it hears of a refusal: four of them could use up Box's minute in fifteen seconds. */
const roundTripMs = 60;

/** Jobs of one app side by side, with Box's own limit, on a clock that nobody has to wait for. */
async function sideBySide(app: string, jobs: readonly Job[]) {
  const clock = new Clock(Date.now());
  const { now } = clock;
  const begun = now();
  await using box = await startBox({ users: 1, contentFolders: 1, now });
  const headers = { authorization: `Bearer ${await mint(box)}` };
  const open = (name: string, containers: number) =>
    callBudgets({ containers, now, shared: sharedPauseIn({ client: table.client, table: table.name, app, name, now }) });
  const workers = jobs.flatMap((job) =>
    Array.from({ length: job.containers }, () => open(job.name, job.containers)).flatMap((budgets) =>
      Array.from({ length: job.atOnce }, (): Worker => ({ job, budgets, at: now() })),
    ),
  );
  const missing = new Map(jobs.map((job) => [job, job.calls]));
  const ended = new Map<string, number>();
  const refused: { readonly at: number; readonly until: number }[] = [];
  let sent = 0;
  let inPause = 0;

  const call = async (worker: Worker): Promise<void> => {
    sent++;
    const last = refused.at(-1);
    if (last && now() < last.until) inPause++;
    const answer = await fetch(`${box.url}/2.0/users/me`, { headers });
    await answer.arrayBuffer();
    const retryMs = Number(answer.headers.get('retry-after') ?? 0) * 1000;
    if (answer.status === 429) refused.push({ at: now(), until: now() + retryMs });
    worker.heard = { status: answer.status, retryMs };
    worker.at = now() + roundTripMs;
  };
  const goOn = async (worker: Worker): Promise<void> => {
    const { job, budgets, heard } = worker;
    const budget = budgets.at('enterprise');
    const left = missing.get(job) ?? 0;
    delete worker.heard;
    if (heard?.status === 200) missing.set(job, left - 1);
    if (heard?.status === 429) budget.pause(heard.retryMs);
    await budgets.told();
    if (left === 1 && heard?.status === 200) ended.set(job.name, (now() - begun) / 1000);
    if ((missing.get(job) ?? 0) <= 0) {
      worker.at = Number.POSITIVE_INFINITY;
      return;
    }
    await budgets.look();
    const heldMs = budget.heldMs('call');
    if (heldMs > 0) worker.at = now() + heldMs;
    else {
      budget.admit(AbortSignal.abort(), 'call');
      await call(worker);
    }
  };

  for (;;) {
    const next = workers.reduce((first, worker) => (worker.at < first.at ? worker : first));
    if (next.at === Number.POSITIVE_INFINITY) break;
    clock.advance(Math.max(0, next.at - now()));
    await goOn(next);
  }
  return { sent, refused, inPause, ended };
}

it('a job that runs alone has the whole limit, and is never refused', async () => {
  const { sent, refused, ended } = await sideBySide('alone', [{ name: 'night', containers: 4, atOnce: 4, calls: 1_500 }]);
  expect(refused).toEqual([]);
  expect(1_500 / sent).toBeGreaterThanOrEqual(0.99);
  expect(ended.get('night')).toBeLessThan(90);
});

it('two jobs in steps and a plain one that meet are refused together once, wait as long as Box asks, and share the limit from then on', async () => {
  const { sent, refused, inPause, ended } = await sideBySide('three', [
    { name: 'night', containers: 2, atOnce: 4, calls: 1_500 },
    { name: 'users', containers: 2, atOnce: 4, calls: 1_500 },
    { name: 'plain', containers: 1, atOnce: 1, calls: 500 },
  ]);
  const seconds = JSON.stringify(Object.fromEntries(ended));
  console.info(`${sent} calls for 3500: ${refused.length} refused, ${inPause} of them sent in a pause; ended after ${seconds} seconds`);
  const [first] = refused;
  // One call of each that had one under way; nobody calls again before the pause is over, and afterwards all find room.
  expect(refused.length).toBeLessThanOrEqual(17);
  expect(refused.filter(({ at }) => at > (first?.at ?? 0) + 2 * roundTripMs)).toEqual([]);
  expect(inPause).toBeLessThan(refused.length);
  expect(3_500 / sent).toBeGreaterThanOrEqual(0.99);
  // Box takes 1,000 a minute: four minutes are the least, and the small job is not kept waiting for the large ones.
  expect(Math.max(...ended.values())).toBeLessThan(300);
  expect(ended.get('plain')).toBeLessThan(150);
});
