import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import { within } from '../http/wait.ts';
import { AccessToken, type TokenOrigin } from './access-token.ts';
import { Redacted } from './redacted.ts';
import { refreshLeadMs } from './refresh-lead.ts';

/** A token as it lies in the shared tier. */
export interface EncryptedToken {
  readonly ciphertext: Uint8Array;
  readonly expiresAt: number;
  readonly lifeMs: number;
  readonly key: string;
  readonly origin: TokenOrigin;
}

export interface TokenCipher {
  /** @returns undefined for a token that is too long for direct encryption, or of unknown origin */
  encrypt(token: AccessToken, key: string, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** @throws the KMS error for anything that was not encrypted under this very context */
  decrypt(token: EncryptedToken, signal?: AbortSignal): Promise<AccessToken>;
}

/** What the tokens are bound to, and how long KMS may take for one; a second if left out. */
export interface CipherPlace {
  readonly table: string;
  readonly scope: string;
  readonly timeoutMs?: number;
}

/** KMS encrypts at most 4,096 bytes directly: docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html */
const maxBytes = 4_096;

/**
 * Encryption by KMS itself, under a context that names table, scope, subject, expiry, app and the secret's version: an item that is copied under
 * another key, or of which any of these is changed, can't be decrypted, and the key's grant is conditioned on the table and scope.
 */
export function tokenCipher(client: KMSClient, keyArn: string, { table, scope, timeoutMs = 1_000 }: CipherPlace): TokenCipher {
  const contextOf = (key: string, expiresAt: number, { secretVersion, app }: TokenOrigin) => ({
    table,
    scope,
    subject: key,
    expiresAt: String(expiresAt),
    secretVersion,
    app,
  });
  return {
    async encrypt(token, key, signal) {
      const plaintext = Buffer.from(token.reveal());
      if (plaintext.length > maxBytes || token.origin === undefined) return undefined;
      const EncryptionContext = contextOf(key, token.expiresAt, token.origin);
      const command = new EncryptCommand({ KeyId: keyArn, Plaintext: plaintext, EncryptionContext });
      return (await within(timeoutMs, signal, (abortSignal) => client.send(command, { abortSignal }))).CiphertextBlob;
    },
    async decrypt({ ciphertext, expiresAt, lifeMs, key, origin }, signal) {
      const EncryptionContext = contextOf(key, expiresAt, origin);
      const command = new DecryptCommand({ KeyId: keyArn, CiphertextBlob: ciphertext, EncryptionContext });
      const { Plaintext } = await within(timeoutMs, signal, (abortSignal) => client.send(command, { abortSignal }));
      const value = new Redacted(Buffer.from(Plaintext ?? []).toString('utf8'));
      return new AccessToken(value, { expiresAt, refreshAt: expiresAt - refreshLeadMs(lifeMs, key), lifeMs, origin });
    },
  };
}
