import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BoxApp } from '../constructs/box-app.ts';
import { Foundation } from '../constructs/foundation.ts';
import { SigningKeys } from '../constructs/signing-keys.ts';
import { StagePolicies } from '../constructs/stage-policies.ts';
import { pascal } from '../pascal.ts';
import type { Stage } from '../settings.ts';

export interface FoundationStackProps extends StackProps {
  readonly stage: Stage;
  /** Box apps that have webhooks, once each; they need signing keys. */
  readonly appsWithWebhooks: readonly string[];
}

/** What outlives a deployment, and who may do what. */
export class FoundationStack extends Stack {
  readonly boxApps: readonly BoxApp[];
  /** Of the apps that have webhooks. */
  readonly signingKeys: readonly SigningKeys[];
  readonly foundation: Foundation;

  constructor(scope: Construct, id: string, { stage, appsWithWebhooks, ...props }: FoundationStackProps) {
    super(scope, id, props);
    this.boxApps = Object.keys(stage.apps).map((app) => new BoxApp(this, `BoxApp${pascal(app)}`, { stage, app }));
    this.signingKeys = appsWithWebhooks.map((app) => new SigningKeys(this, `WebhookKeys${pascal(app)}`, { stage, app }));
    // CDK leaves this id out of logical ids: what is deployed by another name would be made anew, and left behind empty.
    this.foundation = new Foundation(this, 'Default', { stage });
    const { reader, operator, approver } = new StagePolicies(this, 'Policies', { stageName: stage.name, foundation: this.foundation });
    for (const [name, policy] of Object.entries({ Reader: reader, Operator: operator, Approver: approver })) {
      new CfnOutput(this, `${name}PolicyArn`, { value: policy.managedPolicyArn });
    }
  }
}
