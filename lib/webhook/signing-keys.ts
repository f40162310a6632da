import { createSecretKey, type KeyObject } from 'node:crypto';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { NightporterError } from '../errors.ts';
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

const timeToLiveMs = 600_000;
const longestStaleMs = 24 * 3_600_000;
/** What unsigned traffic costs in reads: two a minute and container. */
const rereadPauseMs = 30_000;
/** What traffic costs while there is no secret. */
const retryPauseMs = 5_000;
const readTimeoutMs = 3_000;

/**
 * The keys of the webhooks, from a secret of their own: `{"primaryKey", "secondaryKey"}`. The cache lives as long as the container.
 * @throws NightporterError `SECRET_INVALID` (no key in it: nothing can be verified) or `SECRET_UNREADABLE`, from `get`
 */
export function signingKeysFrom(client: SecretsManagerClient, secretArn: string, now: () => number = Date.now): SigningKeysSource {
  let known: { readonly keys: VersionedKeys; readonly readAt: number; validUntil: number } | undefined;
  let reading: Promise<VersionedKeys> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let failure: unknown;

  const read = (): Promise<VersionedKeys> => {
    askedAt = now();
    reading ??= readSecret(client, secretArn)
      .then((keys) => {
        // Spread over half of the time, so that a fleet does not come back at once.
        known = { keys, readAt: now(), validUntil: now() + timeToLiveMs * (0.5 + Math.random() * 0.5) };
        return keys;
      })
      .catch((error) => {
        failure = error;
        if (known === undefined || now() - known.readAt > longestStaleMs) throw error;
        known.validUntil = now() + rereadPauseMs;
        return known.keys;
      })
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
  // A clock that was set back must not make a pause longer.
  const isAskedWithin = (ms: number): boolean => Math.abs(now() - askedAt) < ms;

  return {
    async get() {
      if (known && now() < known.validUntil) return known.keys;
      if (reading) return reading;
      if (!known && failure !== undefined && isAskedWithin(retryPauseMs)) throw failure;
      return read();
    },
    async newerThan(versionId) {
      if (known && known.keys.versionId !== versionId) return known.keys;
      if (!reading && isAskedWithin(rereadPauseMs)) return undefined;
      const keys = await (reading ?? read());
      return keys.versionId === versionId ? undefined : keys;
    },
  };
}

async function readSecret(client: SecretsManagerClient, secretArn: string): Promise<VersionedKeys> {
  const answer = await client
    .send(new GetSecretValueCommand({ SecretId: secretArn }), { abortSignal: AbortSignal.timeout(readTimeoutMs) })
    .catch((error: Error) => {
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
