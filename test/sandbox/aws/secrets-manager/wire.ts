import { AwsError } from '../http/aws-error.ts';
import { type Input, textOf } from '../http/json-service.ts';
import type { Secret, SecretValue, SecretVersion } from './secret.ts';

const day = 86_400_000;
const recoveryDays = { least: 7, most: 30 };

/** What every answer about a secret starts with. */
export function headOf({ arn, name }: Secret): { readonly ARN: string; readonly Name: string } {
  return { ARN: arn, Name: name };
}

/** @throws AwsError `InvalidParameterException` unless there is exactly one value */
export function secretValue({ SecretString, SecretBinary }: Input): SecretValue {
  if ((SecretString === undefined) === (SecretBinary === undefined)) {
    throw new AwsError('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
  }
  return SecretString === undefined ? { SecretBinary: String(SecretBinary) } : { SecretString: String(SecretString) };
}

/** Condition keys that the request brings. */
export function named(input: Input): Readonly<Record<string, string>> {
  const keys = ['SecretId', 'VersionId', 'VersionStage'] as const;
  return Object.fromEntries(keys.flatMap((key) => (input[key] === undefined ? [] : [[`secretsmanager:${key}`, textOf(input, key) ?? '']])));
}

/** @throws AwsError `InvalidParameterException` for a window that AWS would not take */
export function deletionOf(input: Input, now: number): { readonly markedAt: number; readonly finalAt: number } {
  const { RecoveryWindowInDays, ForceDeleteWithoutRecovery } = input;
  if (ForceDeleteWithoutRecovery === true) {
    if (RecoveryWindowInDays === undefined) return { markedAt: now, finalAt: now };
    const message = 'You can’t use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.';
    throw new AwsError('InvalidParameterException', message);
  }
  const days = Number(RecoveryWindowInDays ?? recoveryDays.most);
  if (days >= recoveryDays.least && days <= recoveryDays.most) return { markedAt: now, finalAt: now + days * day };
  const range = `between ${recoveryDays.least} and ${recoveryDays.most} days (inclusive)`;
  throw new AwsError('InvalidParameterException', `The RecoveryWindowInDays value must be ${range}.`);
}

/** DescribeSecret. */
export function describe(secret: Secret): object {
  const labelled = secret.versions.filter((version) => version.stages.length > 0);
  return {
    ...headOf(secret),
    Description: secret.description,
    KmsKeyId: secret.kmsKey,
    CreatedDate: secret.createdAt / 1000,
    LastChangedDate: secret.changedAt / 1000,
    DeletedDate: secret.deletion && secret.deletion.markedAt / 1000,
    VersionIdsToStages: labelled.length === 0 ? undefined : Object.fromEntries(labelled.map(({ id, stages }) => [id, stages])),
  };
}

/** One entry of ListSecretVersionIds. */
export function describeVersion({ id, stages, createdAt }: SecretVersion): object {
  return { VersionId: id, VersionStages: stages, CreatedDate: createdAt / 1000 };
}
