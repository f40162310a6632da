import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { armedBy } from '../constructs/armed.ts';
import { BoxWebhooks } from '../constructs/box-webhooks.ts';
import { JobLayer } from '../constructs/job-layer.ts';
import type { LoadedStage } from '../load-stage.ts';
import type { FoundationStack } from './foundation-stack.ts';

export interface WebhooksStackProps extends StackProps {
  readonly loaded: LoadedStage;
  readonly foundation: FoundationStack;
}

/** What answers Box. */
export class WebhooksStack extends Stack {
  constructor(scope: Construct, id: string, { loaded, foundation: { foundation, boxApps, signingKeys }, ...props }: WebhooksStackProps) {
    super(scope, id, props);
    const layer = new JobLayer(this, 'Layer', { loaded });
    const armed = armedBy(this, loaded.stage.armedFromStart);
    // CDK leaves this id out of logical ids: what is deployed by another name would be made anew.
    new BoxWebhooks(this, 'Default', { loaded, foundation, boxApps, signingKeys, layer, armed });
  }
}
