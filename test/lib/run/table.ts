import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { awsClientOptions } from '../../../lib/http/aws-request-handler.ts';

/** A table in a DynamoDB on loopback. */
export interface RunsTable extends AsyncDisposable {
  readonly client: DynamoDBClient;
  readonly name: string;
  readonly url: string;
  /** The next write is applied, and its answer is lost. */
  loseAnswer(): void;
}

/** An empty runs table, spoken to as the functions do. */
export const runsTable = (): Promise<RunsTable> => openTable('runs', ['pk', 'sk']);

/** An empty table of shared tokens, in a DynamoDB whose answers are dated by this clock. */
export const tokensTable = (now?: () => number): Promise<RunsTable> => openTable('tokens', ['pk'], now);

async function openTable(name: string, keys: readonly ('pk' | 'sk')[], now = Date.now): Promise<RunsTable> {
  const server = dynalite({ createTableMs: 0 });
  server.prependListener('request', (_, response) => response.setHeader('date', new Date(now()).toUTCString()));
  let losing = false;
  server.prependListener('request', (request, response) => {
    if (!losing || !String(request.headers['x-amz-target']).endsWith('.UpdateItem')) return;
    losing = false;
    response.end = () => {
      request.socket.resetAndDestroy();
      return response;
    };
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({
    ...awsClientOptions(),
    region: 'eu-west-1',
    endpoint: url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await client.send(
    new CreateTableCommand({
      TableName: name,
      KeySchema: keys.map((key) => ({ AttributeName: key, KeyType: key === 'pk' ? 'HASH' : 'RANGE' })),
      AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: 'S' })),
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  // It is there a moment after it was made, however soon that is to be.
  const isActive = async () => (await client.send(new DescribeTableCommand({ TableName: name }))).Table?.TableStatus === 'ACTIVE';
  while (!(await isActive())) await setTimeout(1);
  return {
    client,
    name,
    url,
    loseAnswer: () => {
      losing = true;
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
