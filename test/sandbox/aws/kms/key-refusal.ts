import { AwsError } from '../http/aws-error.ts';
import type { KmsKey } from './keys.ts';

/** A key that nobody can use now, and what was wanted of it. */
export interface UnusableKey {
  readonly arn: string;
  readonly state: Exclude<KmsKey['state'], 'Enabled'>;
  /** Such as `kms:Decrypt`. */
  readonly action: string;
}

type CodeOf = (key: UnusableKey) => string;

const byState =
  (disabled: string, pendingDeletion: string): CodeOf =>
  ({ state }) =>
    state === 'Disabled' ? disabled : pendingDeletion;

/** By signing name: the codes in each service's own list of errors. */
const codes: Readonly<Record<string, CodeOf>> = {
  s3: byState('KMS.DisabledException', 'KMS.KMSInvalidStateException'),
  sqs: byState('KmsDisabled', 'KmsInvalidState'),
  sns: byState('KMSDisabled', 'KMSInvalidState'),
  secretsmanager: ({ action }) => (action === 'kms:Decrypt' ? 'DecryptionFailure' : 'EncryptionFailure'),
  // DynamoDB's list has none for it.
  dynamodb: () => 'AccessDeniedException',
};

/** What a service answers whose resource is encrypted by that key. */
export function keyRefusal(service: string, key: UnusableKey): AwsError {
  return new AwsError(codes[service]?.(key) ?? 'KMSInvalidStateException', whyUnusable(key));
}

export function whyUnusable({ arn, state }: UnusableKey): string {
  return `The KMS key ${arn} is ${state === 'Disabled' ? 'disabled' : 'pending deletion'}.`;
}
