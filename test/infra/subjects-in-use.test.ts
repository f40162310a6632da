import { folder, managedUser, serviceAccount, setting, webhook } from 'nightporter';
import { expect, it } from 'vitest';
import { discover } from '../../infra/discover.ts';
import { everything, resources, root, stacksOf } from './stacks.ts';

const owned = (runAs: Parameters<typeof webhook>[0]['runAs'], app = 'default') =>
  webhook({
    impact: 'None.',
    triggers: ['FILE.UPLOADED'],
    target: folder('1'),
    runAs,
    app,
    handle: async () => undefined,
  });

/** What the check of each app is told, beside one job as the service account. */
async function subjectsInUse(declaration: ReturnType<typeof owned>): Promise<object> {
  const jobs = (await discover(root)).filter(({ name }) => ['grant-check', 'missing-runs', 'storage-report', 'webhooks'].includes(name));
  const dev = { ...everything, jobs: { 'grant-check': true, 'storage-report': true }, webhooks: { heard: true } };
  const stacks = await stacksOf('dev', { stages: { dev }, jobs, webhooks: [{ name: 'heard', file: 'x.ts', declaration }] });
  const told = resources(stacks.jobs, 'AWS::Lambda::Function').map(
    ([, { Properties }]) => Properties.Environment as Environment | undefined,
  );
  const checks = told.flatMap((each) => (each?.Variables.SUBJECT_TYPES_IN_USE ? [each.Variables] : []));
  return Object.fromEntries(checks.map(({ NIGHTPORTER_JOB: job, SUBJECT_TYPES_IN_USE: types }) => [job, types]));
}

interface Environment {
  readonly Variables: Readonly<Record<string, string>>;
}

it.each([
  ['the service account', owned(serviceAccount()), { 'grant-check': '["enterprise"]' }],
  ['a managed user', owned(managedUser(setting('inventoryUser'))), { 'grant-check': '["enterprise","user"]' }],
  ['a managed user by header', owned(managedUser(setting('inventoryUser'), 'as-user')), { 'grant-check': '["enterprise"]' }],
  [
    'a managed user of another app',
    owned(managedUser(setting('inventoryUser')), 'reader'),
    { 'grant-check': '["enterprise"]', 'grant-check-reader': '["enterprise","user"]' },
  ],
])('the check of grants tries what a webhook of %s needs', { timeout: 60_000 }, async (_, declaration, expected) => {
  expect(await subjectsInUse(declaration)).toEqual(expected);
});
