import { Duration, Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import {
  Alias,
  EventSourceMapping,
  type IFunction,
  type ILayerVersion,
  type IVersion,
  Function as LambdaFunction,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EnabledWebhook } from '../enabled-webhooks.ts';
import type { Stage } from '../settings.ts';
import { webhookEnvironment } from '../webhook-environment.ts';
import type { BoxApp } from './box-app.ts';
import { DeliverRole } from './deliver-role.ts';
import type { Foundation } from './foundation.ts';
import { functionProps, logGroupProps, putIntoNetwork } from './function-props.ts';
import { WebhookQueue } from './webhook-queue.ts';

export interface DeliverFunctionProps {
  readonly stage: Stage;
  readonly webhook: EnabledWebhook;
  readonly foundation: Foundation;
  readonly boxApp: BoxApp;
  readonly events: Table;
  readonly layer: ILayerVersion;
  /** Folder that holds `index.mjs`. */
  readonly code: string;
}

/** All messages of a batch are handled at once, so that each has the whole time limit. */
const batchSize = 5;

/** A webhook's handler, and the queue that feeds it. */
export class DeliverFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly queue: WebhookQueue;

  constructor(scope: Construct, id: string, props: DeliverFunctionProps) {
    super(scope, id);
    const { stage, webhook, layer, code } = props;
    const { impact, memoryMiB, timeoutMinutes, concurrency } = webhook.declaration;
    // A minute to write down how it ended.
    const timeout = Duration.minutes(timeoutMinutes + 1);
    this.queue = new WebhookQueue(this, 'Events', { timeout });
    this.logGroup = new LogGroup(this, 'Logs', logGroupProps(stage));
    const role = new DeliverRole(this, 'Role', { ...props, queue: this.queue, logGroup: this.logGroup });
    this.function = new LambdaFunction(this, 'Function', {
      ...functionProps(code),
      // Lambda takes 256 characters.
      description: impact.slice(0, 256),
      handler: 'index.handler',
      layers: [layer],
      memorySize: memoryMiB,
      timeout,
      environment: webhookEnvironment({ ...props, queue: this.queue }),
      role,
      logGroup: this.logGroup,
    });
    putIntoNetwork(this.function, stage);
    // By an alias, as jobs are: new code never meets an old layer.
    const live = new Alias(this, 'Live', { aliasName: 'live', version: this.function.currentVersion as IVersion });
    const source = new EventSourceMapping(this, 'Source', {
      target: live as IFunction,
      eventSourceArn: this.queue.queue.queueArn,
      batchSize,
      reportBatchItemFailures: true,
      // Messages that would only be throttled stay in the queue.
      maxConcurrency: concurrency,
    });
    // The role alone does not wait for its policy.
    source.node.addDependency(role);
    Validations.of(source).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'Lambda has one for streams only; the queue has a dead-letter queue.',
    });
    this.acknowledgeRules();
  }

  private acknowledgeRules(): void {
    Validations.of(this.function).acknowledge(
      { id: 'Serverless-LambdaDLQ', reason: 'It is fed by a queue, which has a dead-letter queue.' },
      { id: 'Serverless-LambdaTracing', reason: 'Log lines and records carry the event’s id; tracing needs a grant on every resource.' },
    );
  }
}
