// One container as a process of its own, wired by its environment as a function is: says that it is ready, waits for the word, tells its tokens.
import { once } from 'node:events';
import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { awsClientOptions } from '../../../../lib/http/aws-request-handler.ts';
import { createLog } from '../../../../lib/observe/log.ts';
import { openTokens } from '../../../../lib/session/tokens.ts';

const callers = 20;

/** What a process tells of its cold start. */
export interface ColdStart {
  /** Fingerprints of the tokens that its callers got, each once. */
  readonly fingerprints: readonly string[];
  /** Until the last of them had one. */
  readonly readyMs: number;
  /** How often the shared tier failed it. */
  readonly alone: number;
}

let alone = 0;
const write = (line: string): void => {
  if (line.includes('The shared token could not be used')) alone++;
};
const tokens = await openTokens(process.env.BOX_ENDPOINT_URL ?? '', createLog({ stage: 'test', job: 'fleet', write }));
if (process.env.TOKENS_TABLE) await rehearse(process.env.TOKENS_TABLE);
process.send?.('ready');
await once(process, 'message');
const startedAt = performance.now();
const got = await Promise.all(Array.from({ length: callers }, () => tokens.get({ type: 'enterprise' })));
const readyMs = performance.now() - startedAt;
const coldStart: ColdStart = { fingerprints: [...new Set(got.map(({ fingerprint }) => fingerprint))], readyMs, alone };
process.send?.(coldStart, () => process.exit());

/** As many processes as a machine has no processors for would else spend the store's second on compiling the same code. */
async function rehearse(table: string): Promise<void> {
  const client = new DynamoDBClient(awsClientOptions());
  await client.send(new GetItemCommand({ TableName: table, Key: { pk: { S: 'rehearsal' } }, ConsistentRead: true }));
  await client.send(new UpdateItemCommand({ TableName: table, Key: { pk: { S: 'rehearsal' } } }));
}
