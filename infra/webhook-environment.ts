import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Capability } from 'nightporter';
import { environment } from '../lib/env.ts';
import type { BoxApp } from './constructs/box-app.ts';
import type { Foundation } from './constructs/foundation.ts';
import type { WebhookQueue } from './constructs/webhook-queue.ts';
import type { EnabledWebhook } from './enabled-webhooks.ts';
import { heapOptions } from './heap-options.ts';
import { callsAsServiceAccount } from './service-account-calls.ts';
import type { Stage } from './settings.ts';

export interface WebhookEnvironmentProps {
  readonly stage: Stage;
  readonly webhook: EnabledWebhook;
  readonly foundation: Foundation;
  readonly boxApp: BoxApp;
  readonly events: Table;
  readonly queue: WebhookQueue;
}

/** What a webhook's handler is told: names of resources and settings, never a secret. */
export function webhookEnvironment({ stage, webhook, foundation, boxApp, events, queue }: WebhookEnvironmentProps): Record<string, string> {
  const { tokens, reports, runs, alarms } = foundation;
  const needs = (...capabilities: readonly Capability[]) => capabilities.some((each) => webhook.declaration.uses.includes(each));
  return {
    NODE_OPTIONS: heapOptions(webhook.declaration.memoryMiB),
    [environment.stage]: stage.name,
    [environment.job]: webhook.id,
    [environment.params]: JSON.stringify(webhook.params),
    [environment.settings]: JSON.stringify(webhook.settings),
    [environment.app]: boxApp.app,
    [environment.boxSecretArn]: boxApp.secret.secretArn,
    [environment.rotationGraceMinutes]: String(stage.rotationGraceMinutes),
    [environment.eventsTable]: events.tableName,
    [environment.webhookQueueUrl]: queue.queue.queueUrl,
    [environment.webhookDeadLettersUrl]: queue.deadLetters.queueUrl,
    ...(webhook.mode && { [environment.webhookMode]: webhook.mode }),
    ...(tokens && { [environment.tokensTable]: tokens.table.tableName, [environment.tokensKeyArn]: tokens.key.keyArn }),
    ...(needs('reports:write', 'archive:write') && { [environment.reportsBucket]: reports.bucketName }),
    ...((needs('archive:write', 'notify:send') || callsAsServiceAccount(webhook.declaration)) && {
      [environment.runsTable]: runs.tableName,
    }),
    ...(needs('notify:send') && { [environment.notifyTopicArn]: alarms.topicArn }),
  };
}
