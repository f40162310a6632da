import { ListSecretVersionIdsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { askAws } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';

/** A version of a secret by what may be known of it. */
export interface SecretVersion {
  readonly versionId: string;
  /** Such as AWSCURRENT, AWSPENDING, AWSPREVIOUS. */
  readonly stages: readonly string[];
  readonly createdAt: Date | undefined;
}

/** Versions that carry a stage, the newest first; none for a secret that has no value yet. A secret has 20 stages at most, and an answer 100 versions. */
export async function versionsOf({ aws }: Pick<Cli, 'aws'>, secretArn: string): Promise<readonly SecretVersion[]> {
  const call = new SecretsManagerClient(aws).send(new ListSecretVersionIdsCommand({ SecretId: secretArn }));
  const { Versions = [] } = await askAws('secretsmanager:ListSecretVersionIds', call);
  return Versions.map(({ VersionId = '', VersionStages = [], CreatedDate }) => ({
    versionId: VersionId,
    stages: VersionStages,
    createdAt: CreatedDate,
  })).sort((one, other) => Number(other.createdAt ?? 0) - Number(one.createdAt ?? 0));
}

export function carrying(versions: readonly SecretVersion[], stage: string): SecretVersion | undefined {
  return versions.find(({ stages }) => stages.includes(stage));
}
