import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { versionsOf } from '../../../infra/cli/run/function-versions.ts';
import { awsClientOptions } from '../../../lib/http/aws-request-handler.ts';

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
