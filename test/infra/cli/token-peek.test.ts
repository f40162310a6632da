import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { sharedTokens } from '../../../infra/cli/token/shared-tokens.ts';
import { tokenHolders } from '../../../infra/cli/token/token-holders.ts';
import { type RunsTable, tokensTable } from '../../lib/run/table.ts';

describe('token peek', () => {
  it('looks into shards of jobs and handlers of webhooks too, each with its Box app', async () => {
    const found = await tokenHolders({
      stage: 'dev',
      region: 'eu-west-1',
      apps: [{ name: 'default', secretArn: 'arn:box', webhookKeysArn: undefined }],
      functions: [{ outputName: 'OpenSharedLinks', functionName: 'coordinator' }],
      workers: [
        { outputName: 'OpenSharedLinksShards', functionName: 'shard' },
        { outputName: 'ArchiveUploadHandler', functionName: 'handler' },
      ],
      webhooks: [{ name: 'archive-upload', app: 'default', address: '', queueUrl: '', deadLettersUrl: '' }],
      webhooksInBox: [],
      eventsTable: undefined,
      isArmed: undefined,
      unarmed: [],
      runsTable: undefined,
      reportBucket: undefined,
      operationsUrl: undefined,
      approvalsUrl: undefined,
      tokensTable: undefined,
    });
    expect(found).toEqual([
      { job: 'open-shared-links', app: 'default', functionName: 'coordinator' },
      { job: 'open-shared-links-shards', app: 'default', functionName: 'shard' },
      { job: 'archive-upload-handler', app: 'default', functionName: 'handler' },
    ]);
  });
});

describe('the shared tier', () => {
  const put = ({ client, name }: RunsTable, item: object) => client.send(new PutItemCommand({ TableName: name, Item: item as never }));
  const shown = ({ url, name }: RunsTable) => {
    const aws = { endpoint: url, region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
    return sharedTokens({ aws: aws as never }, name, [{ name: 'reader', secretArn: 'arn:reader' }]);
  };

  it('is shown by app, whatever a stranger has written into it', async () => {
    await using table = await tokensTable();
    const times = { tokenExpiresAt: { N: '1e100' }, lifeMs: { N: '1' }, leaseUntil: { N: '-1e100' } };
    await put(table, { pk: { S: 'token arn:reader https://api.box.com enterprise' }, fingerprint: { S: '00ff00ff' }, ...times });
    const nothing = { obtainedAt: undefined, expiresAt: undefined, leaseUntil: undefined };
    expect(await shown(table)).toEqual([{ app: 'reader', subject: 'enterprise', fingerprint: '00ff00ff', ...nothing }]);
  });

  it('is shown to its end, though DynamoDB gives a megabyte at a time', async () => {
    await using table = await tokensTable();
    for (let app = 0; app < 5; app++)
      await put(table, { pk: { S: `token arn:${app} x enterprise` }, ciphertext: { B: Buffer.alloc(390_000) } });
    expect(await shown(table)).toHaveLength(5);
  });
});
