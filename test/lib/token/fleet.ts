import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { AccessToken } from '../../../lib/token/access-token.ts';
import type { CredentialsSource } from '../../../lib/token/credentials.ts';
import { Redacted } from '../../../lib/token/redacted.ts';
import { type SharedTier, sharedTierIn } from '../../../lib/token/shared-tier.ts';
import type { TokenCipher } from '../../../lib/token/token-cipher.ts';
import type { TokenEvent } from '../../../lib/token/token-event.ts';
import { createTokenSource, type TokenSource } from '../../../lib/token/token-source.ts';
import type { BoxSimulator } from '../../sandbox/box/server.ts';
import type { RunsTable } from '../run/table.ts';
import { credentialsOf } from './credentials-of.ts';

const masterKey = randomBytes(32);

/** As KMS does it: what was encrypted under one context can't be decrypted under another. */
export function cipher(): TokenCipher {
  const context = (key: string, expiresAt: number) => Buffer.from(`${key} ${expiresAt}`);
  return {
    async encrypt(token, key) {
      const iv = randomBytes(12);
      const aes = createCipheriv('aes-256-gcm', masterKey, iv).setAAD(context(key, token.expiresAt));
      return Buffer.concat([iv, aes.update(token.reveal(), 'utf8'), aes.final(), aes.getAuthTag()]);
    },
    async decrypt({ ciphertext, expiresAt, lifeMs, key, origin }) {
      const bytes = Buffer.from(ciphertext);
      const aes = createDecipheriv('aes-256-gcm', masterKey, bytes.subarray(0, 12))
        .setAAD(context(key, expiresAt))
        .setAuthTag(bytes.subarray(-16));
      const text = aes.update(bytes.subarray(12, -16), undefined, 'utf8') + aes.final('utf8');
      return new AccessToken(new Redacted(text), { expiresAt, refreshAt: expiresAt - 300_000, lifeMs, origin });
    },
  };
}

export interface Container {
  readonly source: TokenSource;
  readonly tier: SharedTier;
  readonly events: TokenEvent[];
}

interface FleetOptions {
  readonly now?: () => number;
  readonly cipher?: TokenCipher;
  readonly table?: string;
  readonly credentials?: CredentialsSource;
}

/** One container of a fleet that shares a table. */
export function container(box: BoxSimulator, { client, name }: RunsTable, owner: string, options: FleetOptions = {}): Container {
  const events: TokenEvent[] = [];
  const observe = (event: TokenEvent) => events.push(event);
  // Figures must be exact, on a machine that is busy with other things too.
  const timeoutMs = 20_000;
  const tier = sharedTierIn({
    client,
    table: options.table ?? name,
    scope: 'app',
    cipher: options.cipher ?? cipher(),
    observe,
    owner,
    timeoutMs,
  });
  const { now, credentials = credentialsOf(box) } = options;
  const source = createTokenSource({ apiUrl: box.url, credentials, sharedTier: tier, observe, ...(now && { now }) });
  return { source, tier, events };
}

/** Takes the lease as a container does that is then frozen or killed. */
export async function holdLease({ client, name }: RunsTable, untilMs: number, fence = 1): Promise<void> {
  await client.send(
    new UpdateItemCommand({
      TableName: name,
      Key: { pk: { S: 'token app enterprise' } },
      UpdateExpression: 'SET leaseUntil = :until, leaseOwner = :owner, fence = :fence',
      ExpressionAttributeValues: { ':until': { N: String(untilMs) }, ':owner': { S: 'the dead' }, ':fence': { N: String(fence) } },
    }),
  );
}
