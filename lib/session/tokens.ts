import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { environment, optional, required } from '../env.ts';
import { NightporterError } from '../errors.ts';
import { awsClientOptions } from '../http/aws-request-handler.ts';
import type { PipelineLog } from '../observe/log.ts';
import { credentialsFrom } from '../token/credentials.ts';
import type { SharedTier } from '../token/shared-tier.ts';
import type { TokenObserver } from '../token/token-event.ts';
import { createTokenSource, type TokenSource } from '../token/token-source.ts';
import { tokenLog } from './token-log.ts';

/** The token source of the function's Box app, as its environment describes it. */
export async function openTokens(apiUrl: string, log: PipelineLog): Promise<TokenSource> {
  const observe = tokenLog(log);
  const secretArn = required(environment.boxSecretArn);
  const credentials = credentialsFrom(new SecretsManagerClient({ ...awsClientOptions() }), secretArn, Date.now, observe);
  return createTokenSource({ apiUrl, credentials, observe, sharedTier: await sharedTier(secretArn, apiUrl, observe), ...rotationGrace() });
}

async function sharedTier(secretArn: string, apiUrl: string, observe: TokenObserver): Promise<SharedTier | undefined> {
  const table = optional(environment.tokensTable);
  if (table === undefined) return undefined;
  const place = { table, keyArn: required(environment.tokensKeyArn), scope: secretArn };
  return (await import('./open-shared-tier.ts')).openSharedTier(place, apiUrl, observe);
}

function rotationGrace(): { rotationGraceMs?: number } {
  const minutes = optional(environment.rotationGraceMinutes);
  return minutes === undefined ? {} : { rotationGraceMs: Number(minutes) * 60_000 };
}

const refuse = (): Promise<never> =>
  Promise.reject(
    new NightporterError('DECLARATION_INVALID', 'Declare the managers that the job calls: without one it has no right to a token.'),
  );

/** For a job that never calls Box: it reads no secret, and its role could not. */
export const noTokens: TokenSource = {
  held: () => undefined,
  get: refuse,
  renew: refuse,
  mint: refuse,
  settle: async () => {},
  takeUsage: () => ({ hits: 0, oldestMs: 0 }),
};
