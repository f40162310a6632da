import type { KMSClient } from '@aws-sdk/client-kms';
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
