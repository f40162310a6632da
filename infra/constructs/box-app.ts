import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { pascal } from '../pascal.ts';
import type { Stage } from '../settings.ts';
import { guardedSecret } from './guarded-secret.ts';

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
    const { key, secret } = guardedSecret(this, {
      stage,
      keyDescription: `Credentials of the Box app ${app} (Nightporter ${stage.name})`,
      secretDescription: `Box app ${app} (Nightporter ${stage.name}): the JSON of Box's developer console`,
      readersPath: rolePath(stage.name, app),
      sid: 'OnlyJobsOfThisApp',
      notRotated:
        'Box has no API that makes a new client secret: it is rotated in the developer console and put here, which needs no deployment.',
    });
    this.key = key;
    this.secret = secret;
    new CfnOutput(Stack.of(this), `BoxSecretArn${pascal(app)}`, {
      value: this.secret.secretArn,
      description: `Put the JSON of Box's developer console here (app ${app})`,
    });
  }
}
