import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { EnabledWebhook } from '../enabled-webhooks.ts';
import { callsAsServiceAccount } from '../service-account-calls.ts';
import type { Stage } from '../settings.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import { type BoxApp, rolePath } from './box-app.ts';
import { capabilityGrants, findingsPrefix, useKey } from './capability-grant.ts';
import type { Foundation } from './foundation.ts';
import { networkInterfaceGrant } from './network-interface-grant.ts';
import { readCurrentSecret } from './read-current-secret.ts';
import { sharedLimitGrant } from './shared-limit-grant.ts';
import type { WebhookQueue } from './webhook-queue.ts';

export interface DeliverRoleProps {
  readonly stage: Stage;
  readonly webhook: EnabledWebhook;
  readonly foundation: Foundation;
  readonly boxApp: BoxApp;
  readonly events: Table;
  readonly queue: WebhookQueue;
  readonly logGroup: ILogGroup;
}

/** Can do what the webhook declares, and take, hide, delete and give up its own events. */
export class DeliverRole extends Role {
  private readonly allowed: PolicyStatement[] = [];

  constructor(scope: Construct, id: string, props: DeliverRoleProps) {
    const { stage, webhook, foundation, boxApp, events, queue, logGroup } = props;
    const { runs, reports, dataKey, alarms, alarmKey } = foundation;
    super(scope, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), path: rolePath(stage.name, webhook.app) });
    this.allow([
      new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] }),
      new PolicyStatement({
        actions: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        resources: [queue.queue.queueArn],
      }),
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.deadLetters.queueArn] }),
      new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], resources: [events.tableArn] }),
    ]);
    const { box, uses } = webhook.declaration;
    if (box.length > 0 || uses.includes('grant:fresh')) this.allowBox(boxApp, foundation);
    if (callsAsServiceAccount(webhook.declaration))
      this.allow([sharedLimitGrant(runs, boxApp.app), useKey(this, dataKey, 'dynamodb', ['kms:Decrypt'])]);
    for (const capability of uses)
      this.allow(capabilityGrants[capability](this, { job: webhook.id, runs, reports, dataKey, alarms, alarmKey }));
    // What an attempt that was cut off has written of the event.
    if (uses.includes('reports:write'))
      this.allow([new PolicyStatement({ actions: ['s3:GetObject'], resources: [reports.arnForObjects(findingsPrefix(webhook.id))] })]);
    if (stage.vpc) this.allow(networkInterfaceGrant());
    acknowledgeWildcards(
      this,
      () => new PolicyDocument({ statements: this.allowed }),
      'The keys of reports hold time and run, those of archives file and version, and EC2 does not say beforehand which network interface Lambda will get.',
    );
  }

  private allow(statements: readonly PolicyStatement[]): void {
    for (const statement of statements) this.addToPolicy(statement);
    this.allowed.push(...statements);
  }

  private allowBox({ secret, key }: BoxApp, { tokens }: Foundation): void {
    this.allow([
      readCurrentSecret(secret),
      useKey(this, key, 'secretsmanager', ['kms:Decrypt']),
      ...(tokens?.grants(secret.secretArn) ?? []),
    ]);
  }
}
