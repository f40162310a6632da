import { createSecretKey, type KeyObject } from 'node:crypto';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { NightporterError } from '../errors.ts';
import { keptSecret } from '../token/kept-secret.ts';
import type { SigningKeys } from './signature.ts';

export interface VersionedKeys extends SigningKeys {
  /** Secrets Manager's id of the version that they were read from. */
  readonly versionId: string;
}

export interface SigningKeysSource {
  /** Reads the secret at most once at a time, and again after five to ten minutes; older keys stand in while it can't be read. */
  get(): Promise<VersionedKeys>;
  /** After a signature that these keys did not make: others, where the secret has a new version by now. */
  newerThan(versionId: string): Promise<VersionedKeys | undefined>;
}

/** What unsigned traffic costs in reads: two a minute and container. */
const rereadPauseMs = 30_000;
/** What traffic costs while there is no secret. */
const failurePauseMs = 5_000;
const readTimeoutMs = 3_000;

/**
 * The keys of the webhooks, from a secret of their own: `{"primaryKey", "secondaryKey"}`. The cache lives as long as the container.
 * @throws NightporterError `SECRET_INVALID` (no key in it: nothing can be verified) or `SECRET_UNREADABLE`, from `get`
 */
export function signingKeysFrom(client: SecretsManagerClient, secretArn: string, now: () => number = Date.now): SigningKeysSource {
  const read = (signal: AbortSignal): Promise<VersionedKeys> => readSecret(client, secretArn, signal);
  const kept = keptSecret({ read, readTimeoutMs, rereadPauseMs, youngMs: rereadPauseMs, failurePauseMs, now });
  return {
    get: () => kept.get(),
    async newerThan(versionId) {
      const keys = await kept.reread(versionId);
      return keys.versionId === versionId ? undefined : keys;
    },
  };
}

async function readSecret(client: SecretsManagerClient, secretArn: string, signal: AbortSignal): Promise<VersionedKeys> {
  const answer = await client.send(new GetSecretValueCommand({ SecretId: secretArn }), { abortSignal: signal }).catch((error: Error) => {
    const sentence = `Put the signing keys of the webhooks into their secret, and let the function read it: Secrets Manager answered ${error.name}.`;
    throw new NightporterError('SECRET_UNREADABLE', sentence, { cause: error });
  });
  return { ...parseSigningKeys(answer.SecretString ?? ''), versionId: answer.VersionId ?? '' };
}

/**
 * Blanks around a key are what pasting leaves behind. One key is enough to verify with; an empty one would verify anything.
 * @throws NightporterError `SECRET_INVALID`, never with a part of the text
 */
export function parseSigningKeys(text: string): SigningKeys {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid();
  }
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const [primary, secondary] = [fields.primaryKey, fields.secondaryKey].map(keyOf);
  if (primary === undefined && secondary === undefined) throw invalid();
  return { primary, secondary };
}

function keyOf(text: unknown): KeyObject | undefined {
  const key = typeof text === 'string' ? text.trim() : '';
  return key === '' ? undefined : createSecretKey(key, 'utf8');
}

function invalid(): NightporterError {
  const place = 'Developer Console > the app > Webhooks > Manage signature keys';
  return new NightporterError(
    'SECRET_INVALID',
    `Correct the webhook keys: they must be {"primaryKey","secondaryKey"} from ${place}, and neither may be empty.`,
  );
}
