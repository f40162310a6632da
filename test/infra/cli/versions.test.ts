import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { asOperator } from '../../sandbox/aws/fixture/act-as.ts';
import { bundle } from '../../sandbox/aws/fixture/bundle.ts';
import { output, synthesiseStack } from '../../sandbox/aws/fixture/synthesise.ts';
import { type Aws, startAws } from '../../sandbox/aws/index.ts';
import { typed } from './typed.ts';

/** A durable function whose versions are kept, and whose runs wait for a week; each mark is another version of it. */
const assembly = (mark: string) =>
  synthesiseStack((stack) => {
    const durable = {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      memorySize: 512,
      durableConfig: { executionTimeout: Duration.days(14), retentionPeriod: Duration.days(1) },
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    };
    const shards = new LambdaFunction(stack, 'Shards', { ...durable, code: bundle(`export const handler = () => '${mark}';`) });
    const source = `import { withDurableExecution } from '@aws/durable-execution-sdk-js';
      export const handler = withDurableExecution((event, context) => context.wait('${mark}', { days: 7 }));`;
    const made = new LambdaFunction(stack, 'Nights', {
      ...durable,
      code: bundle(source),
      environment: { SHARD_FUNCTION: shards.currentVersion.functionArn },
    });
    made.addAlias('live');
    output(stack, 'NightsFunction', made.functionName);
    output(stack, 'NightsShards', shards.functionName);
    output(stack, 'RunsTableName', 'runs');
  });

let aws: Aws;
beforeAll(async () => {
  aws = await startAws({ assembly: assembly('one'), now: Date.now });
  await aws.deploy();
  const client = new LambdaClient(asOperator(aws));
  const FunctionName = aws.outputs('Test').NightsFunction;
  await client.send(new InvokeCommand({ FunctionName, Qualifier: 'live', InvocationType: 'Event' }));
  for (const mark of ['two', 'three', 'four']) await aws.deploy(assembly(mark));
  const { accessKeyId, secretAccessKey, region } = aws.operator;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
});
afterAll(() => aws.stop());

async function prune(...args: readonly string[]) {
  return pruneOf('nights', ...args);
}

async function pruneOf(job: string, ...args: readonly string[]): Promise<Readonly<Record<string, string | null>>> {
  const { stdout } = await typed('versions', 'prune', ...args, '--stage', 'test', '--stack', 'Test', '--json');
  const { versions } = JSON.parse(stdout) as { versions: readonly { job: string; version: string; kept: string | null }[] };
  return Object.fromEntries(versions.filter((each) => each.job === job).map(({ version, kept }) => [version, kept]));
}

describe('versions prune', () => {
  it('would delete what is neither live, nor among the newest, nor needed by a run', async () => {
    await vi.waitFor(async () => expect(await prune('--keep', '0')).toMatchObject({ 1: 'has 1 run under way' }));
    expect(await prune('--keep', '0')).toEqual({ 4: 'is live', 3: null, 2: null, 1: 'has 1 run under way' });
    expect(await prune('--keep', '2')).toEqual({ 4: 'is live', 3: 'is among the newest', 2: null, 1: 'has 1 run under way' });
  });

  it('keeps of the shards what a kept version starts', async () => {
    const started = 'is started by a version that is kept';
    expect(await pruneOf('nights, shards', '--keep', '0')).toEqual({ 4: started, 3: null, 2: null, 1: started });
  });

  it('deletes it with --yes, and nothing else', async () => {
    await prune('--keep', '2', '--yes');
    expect(Object.keys(await prune())).toEqual(['1', '3', '4']);
    await prune('--keep', '0', '--yes');
    expect(Object.keys(await prune())).toEqual(['1', '4']);
    expect(aws.journal.calls({ action: 'lambda:DeleteFunction' })).toHaveLength(4);
  });
});
