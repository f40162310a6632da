import { type Credentials, parseCredentials } from '../../../lib/token/credentials.ts';
import { readSecret, type SecretPlace } from '../box/read-secret.ts';
import type { Cli } from '../cli.ts';
import type { DeployedApp } from '../deployment.ts';
import { parseWebhookKeys, putKeysWith } from '../secret/webhook-keys.ts';
import { type Check, failedCheck, works } from './check.ts';
import { examineGrant } from './grant.ts';
import { examineManagedUser } from './managed-user.ts';
import type { Needs } from './needs.ts';

export interface AppExamination {
  readonly app: DeployedApp;
  readonly needs: Needs;
  /** Box user id to try; the first active managed user if left out. */
  readonly user: string | undefined;
}

/** All that can be found out about one Box app from here; a refusal is a check, never an error. */
export async function examineApp(cli: Cli, { app, needs, user }: AppExamination): Promise<readonly Check[]> {
  const { check, value: credentials } = await examineSecret(cli, 'secret', { secretArn: app.secretArn }, parseCredentials);
  const checks = [check, ...(credentials ? await examineBox(credentials, needs, user) : [])];
  if (app.webhookKeysArn === undefined) return checks;
  const keys = { secretArn: app.webhookKeysArn, putWith: putKeysWith };
  return [...checks, (await examineSecret(cli, 'webhook keys', keys, parseWebhookKeys)).check];
}

async function examineBox(credentials: Credentials, needs: Needs, user: string | undefined): Promise<readonly Check[]> {
  const { checks, accessToken } = await examineGrant({ credentials, subject: { type: 'enterprise' }, needs, needed: true });
  return [...checks, ...(await examineManagedUser({ credentials, needs, user, serviceAccount: accessToken }))];
}

type Parse<T> = (text: string, versionId: string) => T;

async function examineSecret<T>(cli: Cli, check: string, place: SecretPlace, parse: Parse<T>): Promise<{ check: Check; value?: T }> {
  try {
    const { text, versionId } = await readSecret(cli, place);
    return { value: parse(text, versionId), check: works(check, `version ${versionId}`) };
  } catch (error) {
    return { check: failedCheck(check, error) };
  }
}
