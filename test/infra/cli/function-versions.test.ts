import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Duration, type Stack } from 'aws-cdk-lib';
import { CfnAlias, CfnVersion, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { expect, it } from 'vitest';
import { versionsOf } from '../../../infra/cli/run/function-versions.ts';
import { awsClientOptions } from '../../../lib/http/aws-request-handler.ts';
import { asOperator } from '../../sandbox/aws/fixture/act-as.ts';
import { output, synthesiseStack } from '../../sandbox/aws/fixture/synthesise.ts';
import { startAws } from '../../sandbox/aws/index.ts';

it('a version whose first page of executions is empty is in use when a later page has one', async () => {
  const lambda = createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://lambda');
    const answer = () => {
      if (pathname.endsWith('/versions')) return { Versions: [{ Version: '1', DurableConfig: { ExecutionTimeout: 60 } }] };
      if (pathname.endsWith('/aliases')) return { Aliases: [] };
      if (!searchParams.has('Marker')) return { DurableExecutions: [], NextMarker: 'more' };
      return { DurableExecutions: [{ DurableExecutionArn: 'arn', DurableExecutionName: 'n', FunctionArn: 'f', Status: 'RUNNING' }] };
    };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer()));
  }).listen(0, '127.0.0.1');
  await once(lambda, 'listening');
  const endpoint = `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`;
  const aws = { ...awsClientOptions(), endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
  expect(await versionsOf({ aws }, 'nights')).toEqual([{ functionName: 'nights', version: '1', isLive: false, running: 1 }]);
  lambda.closeAllConnections();
  lambda.close();
});

/** A durable function with one alias for each of its versions. */
function build(stack: Stack): void {
  const durableConfig = { executionTimeout: Duration.days(1), retentionPeriod: Duration.days(1) };
  const code = Code.fromInline('exports.handler = async () => 1;');
  const { functionName } = new LambdaFunction(stack, 'Nights', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code,
    durableConfig,
  });
  for (let number = 1; number <= 52; number++) {
    const version = new CfnVersion(stack, `Version${number}`, { functionName, description: `${number}` });
    new CfnAlias(stack, `Alias${number}`, { functionName, functionVersion: version.attrVersion, name: `a${number}` });
  }
  output(stack, 'name', functionName);
}

it('of more versions and aliases than AWS lists in one answer none is missed: what is live could be deleted', async () => {
  const aws = await startAws({ assembly: synthesiseStack(build) });
  try {
    await aws.deploy();
    const versions = await versionsOf({ aws: { ...awsClientOptions(), ...asOperator(aws) } }, aws.outputs('Test').name ?? '');
    expect(versions.map(({ version }) => Number(version))).toEqual(Array.from({ length: 52 }, (_, index) => 52 - index));
    expect(versions.filter(({ isLive }) => !isLive)).toEqual([]);
  } finally {
    await aws.stop();
  }
});
