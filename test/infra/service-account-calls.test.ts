import {
  eachManagedUser,
  folder,
  managedUser,
  rate,
  type ScheduledJob,
  scheduledJob,
  serviceAccount,
  type Webhook,
  webhook,
} from 'nightporter';
import { expect, it } from 'vitest';
import type { DiscoveredJob } from '../../infra/discover.ts';
import { resources, stacksOf } from './stacks.ts';

const common = { impact: 'None.', schedule: rate(1, 'day') };
const run = async () => undefined;

const declarations: Readonly<Record<string, object>> = {
  plain: scheduledJob({ ...common, runAs: serviceAccount(), box: ['users'], run }),
  'by-header': scheduledJob({ ...common, runAs: managedUser('11000001', 'as-user'), box: ['users'], run }),
  'as-user': scheduledJob({ ...common, runAs: managedUser('11000001'), box: ['users'], run }),
  'as-each': scheduledJob({ ...common, runAs: eachManagedUser(), box: ['folders'], run }),
  'of-another-app': scheduledJob({ ...common, app: 'reader', runAs: serviceAccount(), box: ['users'], run }),
  'without-box': scheduledJob({ ...common, runAs: serviceAccount(), run }),
};
const heard = webhook({
  impact: 'None.',
  triggers: ['FILE.UPLOADED'],
  target: folder('1'),
  runAs: serviceAccount(),
  box: ['files'],
  handle: run,
}) as unknown as Webhook;

it('a function may hear and tell of the limit of its app’s service account where it calls as that', {
  timeout: 60_000,
}, async () => {
  const jobs = Object.entries(declarations).map(
    ([name, declaration]): DiscoveredJob => ({ name, file: `${name}.ts`, declaration: declaration as ScheduledJob }),
  );
  const on = Object.fromEntries(jobs.map(({ name }) => [name, true]));
  const stages = { dev: { apps: { default: {}, reader: {} }, jobs: on, webhooks: { heard: true } } };
  const stacks = await stacksOf('dev', { stages, jobs, webhooks: [{ name: 'heard', file: 'heard.ts', declaration: heard }] });
  const templates = [stacks.jobs, ...(stacks.webhooks ? [stacks.webhooks] : [])];
  const granted = templates
    .flatMap((template) => resources(template, 'AWS::IAM::Policy'))
    .filter(([, { Properties }]) => JSON.stringify(Properties).includes('limits#'))
    .map(([id]) => id.replace(/(Run|Deliver)?Role.*/, ''));
  expect(granted.sort()).toEqual(['byheader', 'heard', 'ofanotherapp', 'plain']);
});
