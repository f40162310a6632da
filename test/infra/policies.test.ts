import { Stack, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { deployed } from './context.ts';
import { everything, stages as ordinary, resources, stacksOf } from './stacks.ts';

const stages = { ...ordinary, everything };
const stageNames = ['dev', 'production', 'sandbox', 'everything'] as const;

/** Rules that somebody has acknowledged, with the construct and the reason. */
function acknowledged(node: IConstruct): readonly (readonly [string, string, string])[] {
  return node.node
    .findAll()
    .flatMap((construct) =>
      construct.node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) =>
          Object.entries(data as Record<string, string>).map(([id, reason]) => [construct.node.path, id, reason] as const),
        ),
    );
}

describe('AWS Solutions and Serverless checks', { timeout: 120_000 }, () => {
  it.each(stageNames)('find nothing in stage %s', async (stageName) => {
    const { app } = await stacksOf(stageName, { stages });
    for (const Checks of [AwsSolutionsChecks, ServerlessChecks]) expect(new Checks(app).validateScope(app).violations).toEqual([]);
  });

  it.each(Object.keys(deployed.context.stages))('find nothing in what cdk.json deploys as %s', async (stageName) => {
    // What a fresh clone leaves for whoever deploys a production stage.
    const stage = { notify: 'porter@example.com', ...deployed.context.stages[stageName] };
    const { app } = await stacksOf(stageName, { stages: { [stageName]: stage } });
    for (const Checks of [AwsSolutionsChecks, ServerlessChecks]) expect(new Checks(app).validateScope(app).violations).toEqual([]);
  });

  it('find nothing in an app that has none of our feature flags', async () => {
    const { app } = await stacksOf('everything', { stages, flags: {} });
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });

  it('would find something: a queue that nobody has thought about', async () => {
    const { app } = await stacksOf('dev');
    new Queue(new Stack(app, 'Careless'), 'Queue');
    const found = new AwsSolutionsChecks(app).validateScope(app).violations.map(({ ruleName }) => ruleName);
    expect(found).toEqual(expect.arrayContaining(['AwsSolutions-SQS3', 'AwsSolutions-SQS4']));
  });

  it('are acknowledged on single constructs, each with a reason', async () => {
    const { app } = await stacksOf('everything', { stages });
    const rules = acknowledged(app);
    expect(new Set(rules.map(([, id]) => id.replace(/^annotation::/i, '').replace(/\[.*/, '')))).toEqual(
      new Set([
        'AwsSolutions-IAM5',
        'AwsSolutions-SMG4',
        'AwsSolutions-SQS3',
        'Serverless-LambdaDLQ',
        'Serverless-LambdaTracing',
        'Serverless-SNSRedrivePolicy',
        'Serverless-SQSRedrivePolicy',
      ]),
    );
    for (const [path, , reason] of rules) {
      expect(path).toMatch(/^Nightporter-[^/]+\/./);
      expect(reason.length).toBeGreaterThan(40);
    }
  });
});

describe('a production stage', () => {
  it('can be deleted only by somebody who first turns the protection off', async () => {
    const { app } = await stacksOf('production');
    const { artifacts } = app.synth().manifest;
    const stacks = Object.values(artifacts ?? {}).filter(({ type }) => type === 'aws:cloudformation:stack');
    expect(stacks).toHaveLength(2);
    for (const { properties } of stacks) expect(properties).toMatchObject({ terminationProtection: true });
  });

  it('keeps its logs when a job is turned off', async () => {
    const { jobs } = await stacksOf('production');
    jobs.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Retain' });
  });
});

describe('a stage', () => {
  it('of a fresh clone runs the report, the check and the watch', async () => {
    const { jobs } = await stacksOf('dev');
    expect(
      Object.keys(jobs.findOutputs('*'))
        .filter((id) => id.endsWith('Function'))
        .toSorted(),
    ).toEqual(['GrantCheckFunction', 'MissingRunsFunction', 'StorageReportFunction']);
  });

  it('has nothing in common with another: every physical name is generated', async () => {
    const { foundation } = await stacksOf('dev');
    for (const [, { Properties }] of resources(foundation, 'AWS::S3::Bucket')) expect(Properties).not.toHaveProperty('BucketName');
    for (const [, { Properties }] of resources(foundation, 'AWS::SecretsManager::Secret')) expect(Properties).not.toHaveProperty('Name');
    for (const [, { Properties }] of resources(foundation, 'AWS::DynamoDB::Table')) expect(Properties).not.toHaveProperty('TableName');
  });
});
