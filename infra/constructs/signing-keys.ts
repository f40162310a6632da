import { CfnOutput, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { pascal } from '../pascal.ts';
import type { Stage } from '../settings.ts';

export interface SigningKeysProps {
  readonly stage: Stage;
  readonly app: string;
}

/** IAM path of the receivers of an app's webhooks. Not below that of its jobs: whoever faces strangers is not to read credentials. */
export function receiverPath(stageName: string, app: string): string {
  return `/nightporter-receiver/${stageName}/${app}/`;
}

/** What Box signs the webhooks of one app with. Whoever reads it can make events up, so the secret refuses everyone but the receivers. */
export class SigningKeys extends Construct {
  readonly app: string;
  readonly secret: Secret;
  readonly key: Key;

  constructor(scope: Construct, id: string, { stage, app }: SigningKeysProps) {
    super(scope, id);
    this.app = app;
    this.key = new Key(this, 'Key', {
      description: `Signing keys of the webhooks of the Box app ${app} (Nightporter ${stage.name})`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.secret = new Secret(this, 'Secret', {
      description: `Webhooks of the Box app ${app} (Nightporter ${stage.name}): {"primaryKey", "secondaryKey"} of Box's developer console`,
      encryptionKey: this.key,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // CDK would fill in a random value, which looks like a key: without one, the receivers refuse everything.
    (this.secret.node.defaultChild as CfnSecret).generateSecretString = undefined;
    this.secret.addToResourcePolicy(this.denyOthers(stage, app));
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Box has no API that makes new signing keys: they are reset in the developer console and put here, which needs no deployment.',
    });
    new CfnOutput(Stack.of(this), `WebhookKeysArn${pascal(app)}`, {
      value: this.secret.secretArn,
      description: `Put the signing keys of the webhooks here (app ${app}): npx nightporter secret put --webhook-keys`,
    });
  }

  private denyOthers(stage: Stage, app: string): PolicyStatement {
    const { partition, account } = Stack.of(this);
    const receivers = `arn:${partition}:iam::${account}:role${receiverPath(stage.name, app)}*`;
    const people = [stage.operatorRoleArn, stage.breakGlassRoleArn].filter((arn) => arn !== undefined);
    return new PolicyStatement({
      sid: 'OnlyReceiversOfThisApp',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['secretsmanager:GetSecretValue'],
      resources: ['*'],
      conditions: { ArnNotLike: { 'aws:PrincipalArn': [receivers, ...people] } },
    });
  }
}
