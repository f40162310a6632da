import { CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction, ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EnabledWebhook } from '../enabled-webhooks.ts';
import type { LoadedStage } from '../load-stage.ts';
import { pascal } from '../pascal.ts';
import type { BoxApp } from './box-app.ts';
import { DeliverFunction } from './deliver-function.ts';
import type { Foundation } from './foundation.ts';
import { ReceiveFunction } from './receive-function.ts';
import type { SigningKeys } from './signing-keys.ts';
import { WebhookAlarms } from './webhook-alarms.ts';
import type { WebhookIngress } from './webhook-ingress.ts';

export interface BoxWebhookProps {
  readonly loaded: LoadedStage;
  /** One of the loaded stage's. */
  readonly webhook: EnabledWebhook;
  readonly foundation: Foundation;
  /** The app that the webhook declares, and its keys. */
  readonly boxApp: BoxApp;
  readonly signingKeys: SigningKeys;
  readonly layer: ILayerVersion;
  readonly events: Table;
  readonly ingress: WebhookIngress;
}

/** All that answers one webhook of Box: address, receiver, queue, handler, alarms. A `ReconciledWebhooks` makes it in Box, and `BoxWebhooks` both. */
export class BoxWebhook extends Construct {
  readonly webhook: EnabledWebhook;
  /** Where Box is to send. */
  readonly address: string;
  readonly receive: ReceiveFunction;
  readonly deliver: DeliverFunction;

  constructor(scope: Construct, id: string, props: BoxWebhookProps) {
    super(scope, id);
    const { loaded, webhook, foundation, boxApp, signingKeys, layer, events, ingress } = props;
    const { stage, assets } = loaded;
    this.webhook = webhook;
    const code = assets.functionOf(webhook.id);
    this.deliver = new DeliverFunction(this, 'Deliver', { stage, webhook, foundation, boxApp, events, layer, code });
    const queue = this.deliver.queue.queue as IQueue;
    this.receive = new ReceiveFunction(this, 'Receive', { stage, webhook, signingKeys, queue, code: assets.receiver });
    this.address = ingress.open(webhook.id, this.receive.function as IFunction);
    const { receive, deliver } = this;
    new WebhookAlarms(this, 'Alarms', { stageName: stage.name, webhook, receive, deliver, topic: foundation.alarms });
    Tags.of(this).add('nightporter:stage', stage.name);
    Tags.of(this).add('nightporter:job', webhook.id);
    this.addOutputs(pascal(webhook.id));
  }

  /** What the command line finds it by. */
  private addOutputs(name: string): void {
    const { queue, deadLetters } = this.deliver.queue;
    const outputs = {
      Address: this.address,
      App: pascal(this.webhook.app),
      Queue: queue.queueUrl,
      DeadLetters: deadLetters.queueUrl,
      Receiver: this.receive.function.functionName,
      Handler: this.deliver.function.functionName,
    };
    for (const [what, value] of Object.entries(outputs)) new CfnOutput(Stack.of(this), `${name}${what}`, { value });
  }
}
