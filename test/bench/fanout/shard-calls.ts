// Users of a shard, one step of many calls for each, in a process of its own; tells the processor time of a call in microseconds.
// argv: calls of a user, users before it counts, users that count.
import { writeSync } from 'node:fs';
import { UsersManager } from 'box-node-sdk/managers/users';
import type { DurableJob } from '../../../lib/declare/job.ts';
import { functionLog } from '../../../lib/entry/function-log.ts';
import { callBudgets } from '../../../lib/run/call-budgets.ts';
import { nothingYet } from '../../../lib/run/outcome.ts';
import { performStep, type StepWork } from '../../../lib/run/perform-step.ts';
import { stepLimits } from '../../../lib/run/step-limits.ts';
import { createStepSessions } from '../../../lib/session/step-sessions.ts';
import manyCalls from './functions/scheduled/many-calls.ts';

const [calls = 0, warmUp = 0, users = 0] = process.argv.slice(2).map(Number);
const job = manyCalls as unknown as DurableJob & { readonly shape: 'stepwise' };
const log = functionLog();
const texts = new Map<string, string>();
const work: StepWork = {
  place: { job: 'many-calls', run: 'bench' },
  shard: 1,
  run: { id: 'bench', job: 'many-calls', scheduledTime: new Date(), attempt: 1 },
  log,
  store: { put: async (key, text) => void texts.set(key, text), get: async (key) => texts.get(key) ?? '' },
  sessions: await createStepSessions(job, { managers: { users: UsersManager }, capabilities: [] }, log),
  limits: stepLimits(900_000, () => 900_000),
  budgets: callBudgets(),
  begin: (context) => job.run(context),
  params: { calls },
};

async function step(index: number): Promise<void> {
  const user = { id: String(11_000_000 + index), name: '', login: '', role: null };
  const { end, calls: made } = await performStep(work, { index, user, state: nothingYet });
  if (end !== 'done' || made !== calls) throw new Error(`A step of ${calls} calls ended as ${end} after ${made}.`);
}

for (let index = 0; index < warmUp; index++) await step(index);
const before = process.cpuUsage();
for (let index = 0; index < users; index++) await step(warmUp + index);
const { user, system } = process.cpuUsage(before);
writeSync(3, JSON.stringify({ cpuUs: (user + system) / (users * calls) }));
process.exit();
