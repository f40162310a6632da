import { InvokeCommand, LambdaClient, ListAliasesCommand, ListVersionsByFunctionCommand } from '@aws-sdk/client-lambda';
import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Code, type FunctionProps, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asOperator } from '../fixture/act-as.ts';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

const handler = (mark: string) => `exports.handler = async (event, context) => ({
  mark: '${mark}', colour: process.env.COLOUR, version: context.functionVersion, arn: context.invokedFunctionArn, pid: process.pid,
});`;

/** The same stack at one deployment or another. */
function assembly(mark: string, colour: string): string {
  return synthesiseStack((stack: Stack) => {
    const add = (id: string, more: Partial<FunctionProps> = {}) => {
      const code = Code.fromInline(handler(mark));
      const made = new LambdaFunction(stack, id, {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code,
        environment: { COLOUR: colour },
        ...more,
      });
      made.addAlias('live');
      output(stack, `${id}Name`, made.functionName);
    };
    add('Kept', { currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN } });
    add('Swept');
  });
}

let aws: Aws;
let client: LambdaClient;

beforeAll(async () => {
  aws = await startAws({ assembly: assembly('first', 'red') });
  await aws.deploy();
  client = new LambdaClient(asOperator(aws));
});
afterAll(() => aws.stop());

async function invoke(id: string, Qualifier?: string) {
  const FunctionName = aws.outputs('Test')[`${id}Name`];
  const { Payload, ExecutedVersion } = await client.send(new InvokeCommand({ FunctionName, ...(Qualifier ? { Qualifier } : {}) }));
  return { executed: ExecutedVersion, ...(JSON.parse(Buffer.from(Payload ?? []).toString()) as object) };
}

const versions = async (id: string) => {
  const { Versions = [] } = await client.send(new ListVersionsByFunctionCommand({ FunctionName: aws.outputs('Test')[`${id}Name`] }));
  return Versions.map(({ Version }) => Version);
};

test('an alias runs the version that it points to, under the ARN that the caller used', async () => {
  const arn = `arn:aws:lambda:eu-west-1:000000000000:function:${aws.outputs('Test').KeptName}`;
  expect(await invoke('Kept')).toMatchObject({ executed: '$LATEST', version: '$LATEST', arn });
  expect(await invoke('Kept', 'live')).toMatchObject({ executed: '1', version: '1', arn: `${arn}:live` });
  expect(await invoke('Kept', '1')).toMatchObject({ executed: '1', version: '1', arn: `${arn}:1` });
  await expect(invoke('Kept', '2')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a second deploy moves the alias; the version that nothing retains is gone, the retained one is what it was', async () => {
  const before = await invoke('Kept', '1');
  await aws.deploy(assembly('second', 'blue'));
  expect(await versions('Kept')).toEqual(['$LATEST', '1', '2']);
  expect(await versions('Swept')).toEqual(['$LATEST', '2']);
  for (const id of ['Kept', 'Swept']) {
    expect(await invoke(id)).toMatchObject({ mark: 'second', colour: 'blue', version: '$LATEST' });
    expect(await invoke(id, 'live')).toMatchObject({ mark: 'second', colour: 'blue', version: '2' });
  }
  expect(await invoke('Kept', '1')).toEqual(before);
  await expect(invoke('Swept', '1')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const { Aliases } = await client.send(new ListAliasesCommand({ FunctionName: aws.outputs('Test').KeptName }));
  expect(Aliases).toMatchObject([{ Name: 'live', FunctionVersion: '2' }]);
});

test('a deploy that changes nothing publishes nothing', async () => {
  await aws.deploy(assembly('second', 'blue'));
  expect(await versions('Kept')).toEqual(['$LATEST', '1', '2']);
});
