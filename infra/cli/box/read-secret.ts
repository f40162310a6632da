import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { NightporterError } from '../../../lib/errors.ts';
import { askAws, isAwsError, isDenied } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';

/** One version of a secret: its text is for `parseCredentials`, and for nobody else. */
export interface SecretText {
  readonly text: string;
  readonly versionId: string;
}

export interface SecretPlace {
  readonly secretArn: string;
  /** AWSCURRENT if left out. */
  readonly versionStage?: 'AWSCURRENT' | 'AWSPENDING';
  /** What puts it, for the one who lacks it; the credentials' if left out. */
  readonly putWith?: string;
}

/** @throws NightporterError `SECRET_UNREADABLE` or `SECRET_INVALID` */
export async function readSecret(
  { aws, stage }: Pick<Cli, 'aws' | 'stage'>,
  { secretArn, versionStage = 'AWSCURRENT', putWith = 'nightporter secret put' }: SecretPlace,
): Promise<SecretText> {
  const client = new SecretsManagerClient(aws);
  try {
    const command = new GetSecretValueCommand({ SecretId: secretArn, VersionStage: versionStage });
    const { SecretString, VersionId = '' } = await askAws('secretsmanager:GetSecretValue', client.send(command));
    if (SecretString !== undefined) return { text: SecretString, versionId: VersionId };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException'))
      throw unreadable(`Put it with "${putWith}": the secret has no ${versionStage} value.`, error);
    if (isDenied(error)) throw unreadable(await admission(aws, stage), error);
    throw error;
  }
  throw new NightporterError('SECRET_INVALID', `Put the secret again with "${putWith}": its value is binary.`);
}

/** The secret itself refuses everybody but the jobs and these two roles, whatever an identity's own policies allow. */
async function admission(aws: Cli['aws'], stage: string): Promise<string> {
  const who = await new STSClient(aws).send(new GetCallerIdentityCommand({})).then(
    ({ Arn }) => Arn ?? 'your identity',
    () => 'your identity',
  );
  return `Let your role in with "nightporter secret admit --stage ${stage}", deploy, and let it use the secret's key: the secret does not admit ${who}.`;
}

function unreadable(sentence: string, cause: unknown): NightporterError {
  return new NightporterError('SECRET_UNREADABLE', sentence, { cause });
}
