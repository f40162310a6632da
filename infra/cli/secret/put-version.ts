import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { askAws } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';

/** Writes a new version under this stage. @returns its id */
export async function putVersion(
  { aws }: Pick<Cli, 'aws'>,
  { secretArn, text, stage }: { readonly secretArn: string; readonly text: string; readonly stage: 'AWSCURRENT' | 'AWSPENDING' },
): Promise<string> {
  const command = new PutSecretValueCommand({ SecretId: secretArn, SecretString: text, VersionStages: [stage] });
  const { VersionId = '' } = await askAws('secretsmanager:PutSecretValue', new SecretsManagerClient(aws).send(command));
  return VersionId;
}
