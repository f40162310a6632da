import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { afterEach, describe, expect, it } from 'vitest';
import { awsClientOptions } from '../../../lib/http/aws-request-handler.ts';
import { closeConnections } from '../../../lib/http/origin.ts';
import { sharedTierIn } from '../../../lib/token/shared-tier.ts';
import { tokenCipher } from '../../../lib/token/token-cipher.ts';
import type { TokenEvent } from '../../../lib/token/token-event.ts';
import { createTokenSource } from '../../../lib/token/token-source.ts';
import { type BoxSimulator, startBox } from '../../sandbox/box/server.ts';
import { listen } from '../listen.ts';
import { tokensTable } from '../run/table.ts';
import { credentialsOf } from './credentials-of.ts';

afterEach(closeConnections);

/** A container with the product's own patience. */
function containerAt(box: BoxSimulator, { store, kms }: { readonly store: string; readonly kms: string }) {
  const events: TokenEvent[] = [];
  const observe = (event: TokenEvent) => events.push(event);
  const aws = { ...awsClientOptions(), region: 'eu-west-1', maxAttempts: 1, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
  const cipher = tokenCipher(new KMSClient({ ...aws, endpoint: kms }), 'arn:aws:kms:eu-west-1:000000000000:key/tokens', {
    table: 'tokens',
    scope: 'app',
  });
  const client = new DynamoDBClient({ ...aws, endpoint: store });
  const sharedTier = sharedTierIn({ client, table: 'tokens', scope: 'app', cipher, observe, owner: 'one' });
  return { source: createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box), sharedTier, observe }), events };
}

/** Below the ten that any connection may be silent. */
async function seconds(pending: Promise<unknown>): Promise<void> {
  const startedAt = performance.now();
  await pending;
  expect(performance.now() - startedAt).toBeLessThan(8_000);
}

describe('a run', () => {
  it('loses seconds at most by a store that hangs, which it has asked for the newest item', async () => {
    const asked: string[] = [];
    await using hanging = await listen((request) => request.setEncoding('utf8').on('data', (text) => asked.push(text)));
    await using box = await startBox();
    const { source, events } = containerAt(box, { store: hanging.url, kms: hanging.url });
    await seconds(source.get({ type: 'enterprise' }));
    expect(events.filter(({ kind }) => kind === 'sharedTierFailed')).toMatchObject([{ step: 'read' }, { step: 'lease' }]);
    expect(JSON.parse(asked[0] ?? '')).toMatchObject({ TableName: 'tokens', ConsistentRead: true });
  });

  it('loses seconds at most by a KMS that hangs', async () => {
    await using hanging = await listen((request) => void request.resume());
    await using table = await tokensTable();
    await using box = await startBox();
    const { source, events } = containerAt(box, { store: table.url, kms: hanging.url });
    await seconds(source.get({ type: 'enterprise' }));
    expect(events.filter(({ kind }) => kind === 'sharedTierFailed')).toMatchObject([{ step: 'write' }]);
  });
});
