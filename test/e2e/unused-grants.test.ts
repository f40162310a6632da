import { inject, it } from 'vitest';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { everywhere, expectNeeded, type Reason } from './granted.ts';
import { knock } from './knock.ts';

const day = 86_400_000;
const jobs = ['storage-report', 'grant-check', 'missing-runs'];

/** Grants that the nights below do not need. */
const reasons: readonly Reason[] = [
  ...everywhere,
  {
    role: /storagereport/,
    action: /^(s3:AbortMultipartUpload|kms:Decrypt)$/,
    because: 'only a report of several parts needs them, and these enterprises are small',
  },
  { role: /Operations/, action: /^dynamodb:GetItem$/, because: 'only to stop or redrive a run is it looked up' },
];

it('every function needs all that its role is granted, in good nights and bad ones', async () => {
  let now = Date.UTC(2026, 10, 1);
  const clock = () => now;
  await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 5, now: clock }, aws: { now: clock } });
  const { aws, box } = sandbox;
  const night = async (run: (job: string) => Promise<unknown>) => {
    now += day;
    for (const job of jobs) await run(job);
  };
  const run = (job: string) => sandbox.run(job, new Date(now));

  await night(run);
  await sandbox.putSecret();
  await night(run);
  now += 3 * day;
  // Told to the other jobs of the app.
  box.faults.once({ path: '/2.0/users' }, { kind: 'status', status: 429, headers: { 'retry-after': '1' } });
  await night(run);
  aws.faults.always({ service: 'dynamodb' }, { kind: 'error' });
  await night(run);
  aws.faults.clear();
  await night((job) => aws.fire(scheduleOf(sandbox, job), { failDeliveries: 3 }));
  // An operator's morning: each job by hand, and the stage held for a moment.
  for (const job of jobs) await knock(sandbox, 'Operations', { operation: 'run', job, id: 'morning' });
  await knock(sandbox, 'Operations', { operation: 'pause', reason: 'Morning' });

  expectNeeded(sandbox, reasons);
});

function scheduleOf({ aws }: Sandbox, job: string): string {
  const pascal = job.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
  return aws.outputs('Nightporter-sandbox-Jobs')[`${pascal}Schedule`] ?? '';
}
