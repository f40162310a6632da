import { CfnOutput, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { pascal } from '../pascal.ts';
import type { Stage } from '../settings.ts';

export interface BoxAppProps {
  readonly stage: Stage;
  /** As the jobs' files and the stage's `apps` call it. */
  readonly app: string;
}

/** IAM path of the roles of an app's jobs; the secret's policy and the roles must agree on it. */
export function rolePath(stageName: string, app: string | undefined): string {
  return app === undefined ? `/nightporter/${stageName}/` : `/nightporter/${stageName}/${app}/`;
}

/**
 * The credentials of one Box app. Whoever reads them can mint a token for any user of the enterprise, so the secret itself refuses everyone
 * but the app's own jobs, whatever an identity policy allows.
 */
export class BoxApp extends Construct {
  readonly app: string;
  readonly secret: Secret;
  readonly key: Key;

  constructor(scope: Construct, id: string, { stage, app }: BoxAppProps) {
    super(scope, id);
    this.app = app;
    this.key = new Key(this, 'Key', {
      description: `Credentials of the Box app ${app} (Nightporter ${stage.name})`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.secret = new Secret(this, 'Secret', {
      description: `Box app ${app} (Nightporter ${stage.name}): the JSON of Box's developer console`,
      encryptionKey: this.key,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // CDK would fill in a random value, which looks like credentials: without one, reading it says that there is none yet.
    (this.secret.node.defaultChild as CfnSecret).generateSecretString = undefined;
    this.secret.addToResourcePolicy(this.denyOthers(stage, app));
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Box has no API that makes a new client secret: it is rotated in the developer console and put here, which needs no deployment.',
    });
    new CfnOutput(Stack.of(this), `BoxSecretArn${pascal(app)}`, {
      value: this.secret.secretArn,
      description: `Put the JSON of Box's developer console here (app ${app})`,
    });
  }

  /** By path and not by role: naming roles of the stack that reads this secret would be a cycle. */
  private denyOthers(stage: Stage, app: string): PolicyStatement {
    const { partition, account } = Stack.of(this);
    const jobs = `arn:${partition}:iam::${account}:role${rolePath(stage.name, app)}*`;
    const people = [stage.operatorRoleArn, stage.breakGlassRoleArn].filter((arn) => arn !== undefined);
    return new PolicyStatement({
      sid: 'OnlyJobsOfThisApp',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['secretsmanager:GetSecretValue'],
      resources: ['*'],
      conditions: { ArnNotLike: { 'aws:PrincipalArn': [jobs, ...people] } },
    });
  }
}
