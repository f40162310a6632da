import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { resources, root, type Stacks, stacksOf } from './stacks.ts';

/** USD, eu-west-1 and us-east-1 list prices as known in January 2026; nobody asked AWS from here. */
const perMonth = {
  'AWS::KMS::Key': { name: 'Keys', price: 1 },
  'AWS::SecretsManager::Secret': { name: 'Secrets', price: 0.4 },
  'AWS::CloudWatch::Alarm': { name: 'Alarms', price: 0.1 },
  'AWS::CloudWatch::Dashboard': { name: 'Dashboards', price: 3 },
} as const;

/** Paid by use only. */
const byUse = [
  'DynamoDB::Table',
  'Lambda::Function',
  'Lambda::LayerVersion',
  'Logs::LogGroup',
  'S3::Bucket',
  'SNS::Topic',
  'SQS::Queue',
  'Scheduler::Schedule',
];

/** Cost nothing. */
const free =
  /^AWS::(IAM::\w+|S3::BucketPolicy|SQS::QueuePolicy|SNS::TopicPolicy|SecretsManager::ResourcePolicy|Logs::QueryDefinition|Lambda::(Version|Alias|EventInvokeConfig|Url|Permission))$/;

/** How many the jobs of the stage emit is counted in test/e2e/paid-metrics.test.ts. */
const metric = { name: 'Metrics of ours', price: 0.3 };

/** The volumes that the README states. */
const stated = {
  'Lambda on arm64': { count: '1,470 runs of 2 s at 512 MB', month: 1470 * 2 * 0.5 * 0.000_013_333_4 },
  Logs: { count: '100 MB', month: 0.1 * 0.57 },
  'Requests to S3, DynamoDB, KMS, Secrets Manager, SQS, Scheduler': { count: '20,000', month: 20_000 * 0.000_005 },
} as const;

let counts: ReadonlyMap<string, number>;
let dev: Stacks;
beforeAll(async () => {
  dev = await stacksOf('dev');
  const types = [dev.foundation, dev.jobs].flatMap((template) =>
    Object.values(template.toJSON().Resources as Record<string, { Type: string }>).map(({ Type }) => Type),
  );
  counts = new Map([...Map.groupBy(types, (type) => type)].map(([type, all]) => [type, all.length]));
});

const cents = (usd: number) => usd.toFixed(2);

describe('what the README says that a stage costs', () => {
  it('is what the synthesised stage "dev" has, at the stated prices and volumes', () => {
    const fixed = Object.entries(perMonth).map(([type, { name, price }]) => ({
      name,
      count: String(counts.get(type) ?? 0),
      month: (counts.get(type) ?? 0) * price,
    }));
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const metrics = Number(new RegExp(`^\\| ${metric.name} \\| (\\d+) `, 'm').exec(readme)?.[1]);
    const emitted = { name: metric.name, count: String(metrics), month: metrics * metric.price };
    const rows = [...fixed, emitted, ...Object.entries(stated).map(([name, { count, month }]) => ({ name, count, month }))];
    const total = rows.reduce((sum, { month }) => sum + month, 0);
    const lines = [...rows.map(({ name, count, month }) => `| ${name} | ${count} | ${cents(month)} |`), `| Together | | ${cents(total)} |`];
    expect(/<!-- costs -->\n.*\n.*\n([\s\S]*?)\n<!-- \/costs -->/.exec(readme)?.[1]).toBe(lines.join('\n'));
  });

  it('is more by so many alarms with each further job', async () => {
    const { jobs } = await stacksOf('sandbox-rounds');
    const alarmsOf = (template: Template, job: string) =>
      resources(template, 'AWS::CloudWatch::Alarm').filter(([id]) => id.startsWith(job.replaceAll('-', ''))).length;
    const inWords = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
    const [each, durable] = [alarmsOf(dev.jobs, 'storage-report'), alarmsOf(jobs, 'open-shared-links')].map((count) => inWords[count]);
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    expect(/^Each further job .*? alarms, a durable one \w+/m.exec(readme)?.[0]).toBe(
      `Each further job adds its ${each} alarms, a durable one ${durable}`,
    );
  });

  it('leaves no type of resource out: each has a price, is paid by use, or costs nothing', () => {
    const known = [...Object.keys(perMonth), ...byUse.map((type) => `AWS::${type}`)];
    expect([...counts.keys()].filter((type) => !known.includes(type) && !free.test(type))).toEqual([]);
  });
});
