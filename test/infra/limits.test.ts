import type { Template } from 'aws-cdk-lib/assertions';
import { rate, scheduledJob, serviceAccount } from 'nightporter';
import { describe, expect, it } from 'vitest';
import { type DiscoveredJob, discover } from '../../infra/discover.ts';
import { everything, stages as ordinary, resources, root, stacksOf } from './stacks.ts';

const stages = { ...ordinary, everything };
const sizeOf = (template: Template) => Buffer.byteLength(JSON.stringify(template.toJSON()));
const countOf = (template: Template) => Object.keys(template.toJSON().Resources).length;

/** Room for growth is not free: more resources are more to review, to deploy and to pay. CloudFormation takes 500 and 1,000,000 bytes. */
describe('a stage stays small', { timeout: 120_000 }, () => {
  it.each([
    ['dev', { foundation: 16, jobs: 76 }],
    ['sandbox', { foundation: 16, jobs: 76 }],
    ['sandbox-rounds', { foundation: 16, jobs: 154 }],
    ['everything', { foundation: 23, jobs: 106 }],
  ] as const)('%s', async (stageName, budget) => {
    const { foundation, jobs } = await stacksOf(stageName, { stages });
    console.info(`${stageName}: ${countOf(foundation)} and ${countOf(jobs)} resources, ${sizeOf(foundation)} and ${sizeOf(jobs)} bytes`);
    expect(countOf(foundation)).toBeLessThanOrEqual(budget.foundation);
    expect(countOf(jobs)).toBeLessThanOrEqual(budget.jobs);
    for (const template of [foundation, jobs]) expect(sizeOf(template)).toBeLessThan(200_000);
  });

  it('with its webhooks', async () => {
    const { webhooks } = await stacksOf('sandbox-webhooks', { stages });
    if (!webhooks) throw new Error('The stage has no webhooks.');
    console.info(`sandbox-webhooks: ${countOf(webhooks)} resources, ${sizeOf(webhooks)} bytes`);
    expect(countOf(webhooks)).toBeLessThanOrEqual(113);
    expect(sizeOf(webhooks)).toBeLessThan(200_000);
  });

  it('and so does each job', async () => {
    const [none, one] = await Promise.all(
      [{}, { 'storage-report': true }].map(async (jobs) =>
        countOf((await stacksOf('one', { stages: { one: { jobs: { 'grant-check': true, ...jobs } } } })).jobs),
      ),
    );
    expect(Number(one) - Number(none)).toBeLessThanOrEqual(21);
  });
});

describe('a stage that would be too big', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index): DiscoveredJob => {
      const impact = 'One of many is missing.';
      const declaration = scheduledJob({
        impact,
        schedule: rate(1, 'day'),
        runAs: serviceAccount(),
        box: ['users'],
        run: async () => undefined,
      });
      return { name: `job-${index}`, file: `/jobs/job-${index}.ts`, declaration: declaration as unknown as DiscoveredJob['declaration'] };
    });
  const on = (jobs: readonly DiscoveredJob[]) => ({ big: { jobs: Object.fromEntries(jobs.map(({ name }) => [name, true])) } });

  it('is refused before anything is deployed, with a sentence', async () => {
    const jobs = many(40);
    await expect(stacksOf('big', { jobs, stages: on(jobs) })).rejects.toThrow(
      /^Correct stages\.big\.jobs in cdk\.json: 40 jobs make \d+ resources, and a stack holds 500; put some of the jobs into a stage of their own\.$/,
    );
  });

  it('has more schedules than the watch for missing runs can be told of, and is refused with a sentence too', async () => {
    const watch = (await discover(root)).filter(({ name }) => name === 'missing-runs');
    const jobs = [...many(20).map((job) => ({ ...job, name: `${job.name}-${'a'.repeat(80)}` })), ...watch];
    await expect(stacksOf('big', { jobs, stages: on(jobs) })).rejects.toThrow(
      'Turn some jobs off: the schedules of 21 jobs do not fit where the watch for missing runs is told of them.',
    );
  });

  it('begins above twenty jobs, and its operator’s policy does not grow with them', async () => {
    const jobs = many(20);
    const { foundation } = await stacksOf('big', { jobs, stages: on(jobs) });
    for (const [, { Properties }] of resources(foundation, 'AWS::IAM::ManagedPolicy')) {
      expect(JSON.stringify(Properties.PolicyDocument).length).toBeLessThan(6144);
    }
  });
});
