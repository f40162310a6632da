import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/**
 * For who uses a secret as it serves, which is also what a request means that names no version: not what is staged for later, nor what was
 * replaced.
 */
export function readCurrentSecret({ secretArn }: Pick<ISecret, 'secretArn'>): PolicyStatement {
  return new PolicyStatement({
    actions: ['secretsmanager:GetSecretValue'],
    resources: [secretArn],
    conditions: {
      StringEqualsIfExists: { 'secretsmanager:VersionStage': 'AWSCURRENT' },
      Null: { 'secretsmanager:VersionId': 'true' },
    },
  });
}
