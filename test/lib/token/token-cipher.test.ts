import type { EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { expect, it } from 'vitest';
import { AccessToken } from '../../../lib/token/access-token.ts';
import { Redacted } from '../../../lib/token/redacted.ts';
import { tokenCipher } from '../../../lib/token/token-cipher.ts';

it.each([
  [4_096, true],
  [4_097, false],
])('a token of %i bytes goes to KMS: %s', async (bytes, goes) => {
  let asked = 0;
  const client = { send: async () => ({ CiphertextBlob: new Uint8Array([++asked]) }) } as unknown as KMSClient;
  const token = new AccessToken(new Redacted('x'.repeat(bytes)), {
    expiresAt: 1_800_000_000_000,
    origin: { secretVersion: 'v1', app: 'app' },
  });
  const ciphertext = await tokenCipher(client, 'key', { table: 'tokens', scope: 'app' }).encrypt(token, 'enterprise');
  expect([ciphertext !== undefined, asked]).toEqual([goes, goes ? 1 : 0]);
});

it('binds a token to table, scope, subject, end, app and version of the secret', async () => {
  const contexts: object[] = [];
  const client = {
    async send({ input }: EncryptCommand) {
      contexts.push(input.EncryptionContext ?? {});
      return { CiphertextBlob: new Uint8Array(1) };
    },
  } as unknown as KMSClient;
  const usual = { table: 'tokens', scope: 'app', key: 'enterprise', expiresAt: 1_800_000_000_000, secretVersion: 'v1', app: 'app' };
  const others = { table: 'other', scope: 'other', key: 'user:1', expiresAt: 1_800_000_000_001, secretVersion: 'v2', app: 'other' };
  for (const changed of [[], ...Object.entries(others).map((other) => [other])]) {
    const { table, scope, key, expiresAt, secretVersion, app } = { ...usual, ...Object.fromEntries(changed) };
    const token = new AccessToken(new Redacted('x'), { expiresAt, origin: { secretVersion, app } });
    await tokenCipher(client, 'key', { table, scope }).encrypt(token, key);
  }
  expect(new Set(contexts.map((context) => JSON.stringify(context))).size).toBe(1 + Object.keys(others).length);
});
