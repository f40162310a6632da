import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { pascal } from '../pascal.ts';
import type { Stage } from '../settings.ts';
import { guardedSecret } from './guarded-secret.ts';

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
    const { key, secret } = guardedSecret(this, {
      stage,
      keyDescription: `Signing keys of the webhooks of the Box app ${app} (Nightporter ${stage.name})`,
      secretDescription: `Webhooks of the Box app ${app} (Nightporter ${stage.name}): {"primaryKey", "secondaryKey"} of Box's developer console`,
      readersPath: receiverPath(stage.name, app),
      sid: 'OnlyReceiversOfThisApp',
      notRotated:
        'Box has no API that makes new signing keys: they are reset in the developer console and put here, which needs no deployment.',
    });
    this.key = key;
    this.secret = secret;
    new CfnOutput(Stack.of(this), `WebhookKeysArn${pascal(app)}`, {
      value: this.secret.secretArn,
      description: `Put the signing keys of the webhooks here (app ${app}): npx nightporter secret put --webhook-keys`,
    });
  }
}
