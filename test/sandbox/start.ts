import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fault } from './box/faults/fault.ts';
import { openPage } from './page/open-page.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';
import { parseArguments, type StartArguments, UsageError, usage } from './start/arguments.ts';
import { Interrupted, interruption, until } from './start/interruption.ts';
import { placesOf } from './start/places.ts';
import { type Progress, progressOn } from './start/progress.ts';
import { ring, webhookNames } from './start/ring.ts';
import { saveReport } from './start/save-report.ts';
import { explainFailure, summarize } from './start/summary.ts';
import { synthesize } from './start/synthesize.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, '.sandbox');

/** Jobs with a stage of their own: their durable functions would double what every other start has to deploy. */
const rounds = ['folder-inventory', 'open-shared-links', 'external-collaborators', 'inactive-users'];

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
  const progress = progressOn(process.stderr, interrupted);
  // Of this process alone: another one may be up in the same checkout.
  await using workplace = await temporaryFolder();
  const { step } = progress;
  const stage = stageOf(options.job);
  const assembly = join(workplace.path, 'cdk.out');
  await step(`Synthesise the stage "${stage}"`, (signal) => synthesize(root, assembly, signal, stage), { endsItself: true });
  const box = { users: options.users, seed: options.seed };
  await using sandbox = await step(
    `Deploy it to this machine, beside a Box enterprise of ${options.users.toLocaleString('en-US')} users`,
    (signal) => openSandbox({ assembly, box, signal }),
    { endsItself: true },
  );
  await step("Put the Box app's credentials into the secret", () => sandbox.putSecret());
  if (options.faults > 0) sandbox.box.faults.random({ seed: options.seed, share: options.faults, faults: troubles });
  const { code, text } = await work(sandbox, options, progress, startedAt);
  if (code === 0) console.log(text);
  else console.error(text);
  if (options.keep) await stay(sandbox, interrupted);
  return code;
}

interface Outcome {
  /** Exit code. */
  readonly code: 0 | 1;
  /** For people. */
  readonly text: string;
}

async function work(sandbox: Sandbox, { job }: StartArguments, progress: Progress, startedAt: number): Promise<Outcome> {
  if (webhookNames.includes(job)) return { code: 0, text: await ring(sandbox, job, progress, join(folder, 'webhooks')) };
  const { step } = progress;
  const attempt = await step(`Fire the schedule of ${job}`, () => sandbox.run(job));
  if (attempt.outcome !== 'response') return { code: 1, text: explainFailure(job, attempt) };
  const html = await step('Fetch the report', () => saveReport(sandbox, job, join(folder, 'reports')));
  return { code: 0, text: summarize(sandbox, { job, attempt, seconds: (performance.now() - startedAt) / 1000, html }) };
}

/** With `--keep`, until somebody interrupts. */
async function stay(sandbox: Sandbox, interrupted: AbortSignal): Promise<void> {
  // Whatever somebody does in the simulated Box from now on reaches the handlers by itself, as it would outside.
  sandbox.aws.events.start();
  const ringing = setInterval(() => void sandbox.box.webhooks.deliverDue(), 1_000);
  await using page = await openPage(sandbox);
  const { accessKeyId, secretAccessKey, region } = sandbox.aws.operator;
  const places = Object.entries({ ...placesOf(sandbox), 'What happens': page.url });
  const width = Math.max(...places.map(([name]) => name.length));
  console.log(['', ...places.map(([name, url]) => `  ${name.padEnd(width)}  ${url}`)].join('\n'));
  console.log(`  To use AWS: AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} AWS_REGION=${region}`);
  console.log('  Ctrl-C ends everything.');
  await until(interrupted, () => new Promise(() => {})).catch(() => undefined);
  clearInterval(ringing);
}

function stageOf(job: string): string {
  if (webhookNames.includes(job)) return 'sandbox-webhooks';
  return rounds.includes(job) ? 'sandbox-rounds' : 'sandbox';
}

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'nightporter-start-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

const interrupted = interruption();

try {
  const options = parseArguments(process.argv.slice(2));
  if (options) process.exitCode = await main(options, interrupted);
  else console.log(usage);
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`);
  else console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof Interrupted ? error.exitCode : error instanceof UsageError ? 2 : 1;
}
