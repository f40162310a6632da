import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Stage } from '../settings.ts';

export interface GuardedSecretProps {
  readonly stage: Stage;
  readonly keyDescription: string;
  readonly secretDescription: string;
  /** IAM path of the roles that may read it, besides the stage's people. */
  readonly readersPath: string;
  /** Of the statement that refuses everyone else. */
  readonly sid: string;
  /** What Box has no API to make anew. */
  readonly notRotated: string;
}

/**
 * A secret without a value and a key of its own, both directly below `scope`. The secret itself refuses everyone but the roles of one path,
 * whatever an identity policy allows: by path and not by role, since naming roles of the stack that reads it would be a cycle.
 */
export function guardedSecret(scope: Construct, props: GuardedSecretProps): { readonly key: Key; readonly secret: Secret } {
  const key = new Key(scope, 'Key', {
    description: props.keyDescription,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  const secret = new Secret(scope, 'Secret', {
    description: props.secretDescription,
    encryptionKey: key,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  // CDK would fill in a random value, which looks like one of Box's: without one, reading it says that there is none yet.
  (secret.node.defaultChild as CfnSecret).generateSecretString = undefined;
  secret.addToResourcePolicy(denyOthers(Stack.of(scope), props));
  Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason: props.notRotated });
  return { key, secret };
}

function denyOthers({ partition, account }: Stack, { stage, readersPath, sid }: GuardedSecretProps): PolicyStatement {
  const readers = `arn:${partition}:iam::${account}:role${readersPath}*`;
  const people = [stage.operatorRoleArn, stage.breakGlassRoleArn].filter((arn) => arn !== undefined);
  return new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['secretsmanager:GetSecretValue'],
    resources: ['*'],
    conditions: { ArnNotLike: { 'aws:PrincipalArn': [readers, ...people] } },
  });
}
