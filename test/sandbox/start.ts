import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from './box/fault.ts';
import { openPage } from './page/open-page.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';
import { parseArguments, type StartArguments, UsageError, usage } from './start/arguments.ts';
import { progressOn } from './start/progress.ts';
import { ring, webhookNames } from './start/ring.ts';
import { saveReport } from './start/save-report.ts';
import { explainFailure, summarize } from './start/summary.ts';
import { synthesize } from './start/synthesize.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, '.sandbox');

/** Jobs with a stage of their own: their durable functions would double what every other start has to deploy. */
const rounds = ['open-shared-links', 'external-collaborators', 'inactive-users'];

/** What `--faults` lets happen: each of them passes when the call is made again. */
const troubles: readonly Fault[] = [
  { kind: 'status', status: 500, headers: { 'retry-after': '0' } },
  { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  { kind: 'reset' },
  { kind: 'truncated' },
  { kind: 'slow', milliseconds: 300 },
];

/** Synthesise, deploy here, seed a Box enterprise, fire the schedule, show the report. @returns the exit code */
async function main(options: StartArguments, interrupted: AbortSignal): Promise<number> {
  const startedAt = performance.now();
  const progress = progressOn(process.stderr);
  const { step } = progress;
  const isWebhook = webhookNames.includes(options.job);
  const stage = isWebhook ? 'sandbox-webhooks' : rounds.includes(options.job) ? 'sandbox-rounds' : 'sandbox';
  const assembly = join(folder, 'cdk.out');
  await rm(assembly, { recursive: true, force: true });
  await step(`Synthesise the stage "${stage}"`, () => synthesize(root, assembly, interrupted, stage));
  await using sandbox = await step(
    `Deploy it to this machine, beside a Box enterprise of ${options.users.toLocaleString('en-US')} users`,
    () => openSandbox({ assembly, box: { users: options.users, seed: options.seed } }),
  );
  await step("Put the Box app's credentials into the secret", () => sandbox.putSecret());
  if (options.faults > 0) sandbox.box.faults.random({ seed: options.seed, share: options.faults, faults: troubles });
  if (isWebhook) {
    console.log(await until(interrupted, ring(sandbox, options.job, progress, join(folder, 'webhooks'))));
    return stay(sandbox, options, interrupted);
  }
  const attempt = await step(`Fire the schedule of ${options.job}`, () => until(interrupted, sandbox.run(options.job)));
  if (attempt.outcome !== 'response') {
    console.error(explainFailure(options.job, attempt));
    return 1;
  }
  const html = await step('Fetch the report', () => saveReport(sandbox, options.job, join(folder, 'reports')));
  console.log(summarize(sandbox, { job: options.job, attempt, seconds: (performance.now() - startedAt) / 1000, html }));
  return stay(sandbox, options, interrupted);
}

/** With `--keep`, until somebody interrupts. @returns the exit code */
async function stay(sandbox: Sandbox, { keep }: StartArguments, interrupted: AbortSignal): Promise<number> {
  if (!keep) return 0;
  // Whatever somebody does in the simulated Box from now on reaches the handlers by itself, as it would outside.
  sandbox.aws.events.start();
  const ringing = setInterval(() => void sandbox.box.webhooks.deliverDue(), 1_000);
  await using page = await openPage(sandbox, sandbox.jobs);
  console.log(`\n  Box at ${sandbox.box.url}, AWS at ${sandbox.aws.endpoint}\n  What happens: ${page.url} (Ctrl-C ends everything)`);
  await until(interrupted, new Promise(() => {})).catch(() => undefined);
  clearInterval(ringing);
  return 0;
}

/** What the work says, or the interruption, whichever is first. */
function until<T>(interrupted: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  interrupted.addEventListener('abort', () => reject(new UsageError('Interrupted.')), { once: true });
  return Promise.race([work, promise]);
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());

try {
  const options = parseArguments(process.argv.slice(2));
  if (options) process.exitCode = await main(options, interruption.signal);
  else console.log(usage);
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`);
  else console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
