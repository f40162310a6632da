import { SecretsManagerClient, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { NightporterError } from '../../../lib/errors.ts';
import { askAws, isDenied } from '../ask-aws.ts';
import { readSecret } from '../box/read-secret.ts';
import type { Cli } from '../cli.ts';

/**
 * Whether the caller may do what a promotion does: read the secret, and move its stage AWSCURRENT. Moves it to the version that has it already,
 * which takes the same permission and changes nothing: no simulation of policies knows the secret's own.
 * @throws NightporterError `AWS_REFUSED` or `SECRET_UNREADABLE`, which says what is missing
 */
export async function assertMayPromote(cli: Pick<Cli, 'aws' | 'stage'>, secretArn: string, currentVersionId: string): Promise<void> {
  const command = new UpdateSecretVersionStageCommand({
    SecretId: secretArn,
    VersionStage: 'AWSCURRENT',
    MoveToVersionId: currentVersionId,
  });
  await askAws('secretsmanager:UpdateSecretVersionStage', new SecretsManagerClient(cli.aws).send(command)).catch((error) => {
    if (!isDenied(error)) throw error;
    throw new NightporterError(
      'AWS_REFUSED',
      "Let your identity do secretsmanager:UpdateSecretVersionStage, or leave staging to somebody who may: you can't promote, so nothing was written.",
    );
  });
  await readSecret(cli, { secretArn });
}
