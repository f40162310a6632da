import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { NightporterError } from '../errors.ts';
import { type KeptSecret, keptSecret } from './kept-secret.ts';
import { Redacted } from './redacted.ts';
import type { TokenObserver } from './token-event.ts';

/** What the token request needs of the Box app. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: Redacted;
  readonly enterpriseId: string;
  /** Secrets Manager's id of the version that these were read from. */
  readonly versionId: string;
}

export type CredentialsSource = KeptSecret<Credentials>;

/** A broken secret costs one read in this time and container, not one for each call. */
const rereadPauseMs = 5_000;
/** Of one read, whoever waits for it: the client's four attempts of ten seconds each, and its pauses, fit into it. */
const readTimeoutMs = 45_000;

const field = z.string().check(
  z.trim(),
  z.minLength(1),
  z.refine((value) => !/[<>{}\s]/.test(value), { error: 'placeholder' }),
);

/** The shape that Box's developer console downloads and the Box CLI reads; what else stands in it is none of our business. */
const secretSchema = z.object({
  boxAppSettings: z.object({
    clientID: field,
    clientSecret: field,
    // Filled in for apps that sign with a key (JWT); for others the console leaves its fields empty.
    appAuth: z.optional(z.object({ privateKey: z.optional(z.string()) })),
  }),
  enterpriseID: field.check(z.regex(/^\d+$/)),
});

/**
 * Parses the secret's text; the error names the faulty field and never quotes the text.
 * @throws NightporterError `SECRET_INVALID`
 */
export function parseCredentials(text: string, versionId: string): Credentials {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('it is not JSON');
  }
  const parsed = secretSchema.safeParse(value);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join('.');
    throw invalid(path ? `${path} is missing, empty or still a placeholder` : 'it is not an object');
  }
  const { boxAppSettings, enterpriseID } = parsed.data;
  if (boxAppSettings.appAuth?.privateKey) {
    throw new NightporterError(
      'SECRET_INVALID',
      'Create a Box app of the type "Server Authentication (Client Credentials Grant)" and put its credentials into the secret: those there are of an app that signs with a key (JWT).',
    );
  }
  return {
    clientId: boxAppSettings.clientID,
    clientSecret: new Redacted(boxAppSettings.clientSecret),
    enterpriseId: enterpriseID,
    versionId,
  };
}

/** Credentials from Secrets Manager; the cache lives as long as the container. The observer hears of each read that fails. */
export function credentialsFrom(
  client: SecretsManagerClient,
  secretArn: string,
  now: () => number = Date.now,
  observe: TokenObserver = () => {},
): CredentialsSource {
  const read = (signal: AbortSignal) => toldFailures(observe, readSecret(client, secretArn, signal));
  return keptSecret({ read, readTimeoutMs, rereadPauseMs, now });
}

async function readSecret(client: SecretsManagerClient, secretArn: string, signal: AbortSignal): Promise<Credentials> {
  const answer = await client
    .send(new GetSecretValueCommand({ SecretId: secretArn }), { abortSignal: signal })
    .catch((error: Error) => Promise.reject(unreadable(error)));
  if (answer.SecretString === undefined) throw invalid('it is binary');
  return parseCredentials(answer.SecretString, answer.VersionId ?? '');
}

function toldFailures(observe: TokenObserver, reading: Promise<Credentials>): Promise<Credentials> {
  return reading.catch((error) => {
    // An empty secret is no news: before the first one is put, and in the error of each run that needs it.
    if (error instanceof NightporterError && error.code !== 'SECRET_EMPTY') observe({ kind: 'secretUnreadable', code: error.code });
    throw error;
  });
}

/** Without its cause: an error of the SDK carries the answer that it could not read. */
function unreadable(error: Error): NightporterError {
  const name = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const sentence = advice[name] ?? `Check that the function may read the Box app's secret: Secrets Manager answered ${name}.`;
  return new NightporterError(name === 'ResourceNotFoundException' ? 'SECRET_EMPTY' : 'SECRET_UNREADABLE', sentence);
}

const advice: Readonly<Partial<Record<string, string>>> = {
  ResourceNotFoundException: "Put the Box app's credentials into the secret: it has no value yet (npx nightporter secret put).",
  // What GetSecretValue says of a secret in its recovery window.
  InvalidRequestException: "Restore the Box app's secret: it is marked for deletion (aws secretsmanager restore-secret).",
};

function invalid(why: string): NightporterError {
  const shape = '{"boxAppSettings":{"clientID","clientSecret"},"enterpriseID"}';
  return new NightporterError(
    'SECRET_INVALID',
    `Correct the Box app's secret: ${why}; it must be ${shape} as Box's developer console gives it.`,
  );
}
