import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { armedBy } from '../constructs/armed.ts';
import { BoxWebhook } from '../constructs/box-webhook.ts';
import { EventsTable } from '../constructs/events-table.ts';
import { JobLayer } from '../constructs/job-layer.ts';
import { ReconciledWebhooks } from '../constructs/reconciled-webhooks.ts';
import { SavedQueries, webhookQueries } from '../constructs/saved-queries.ts';
import { WebhookDashboard } from '../constructs/webhook-dashboard.ts';
import { WebhookIngress } from '../constructs/webhook-ingress.ts';
import { seesToWebhooks } from '../enabled-jobs.ts';
import type { LoadedStage } from '../load-stage.ts';
import { settingsMistake } from '../settings.ts';
import type { FoundationStack } from './foundation-stack.ts';

export interface WebhooksStackProps extends StackProps {
  readonly loaded: LoadedStage;
  readonly foundation: FoundationStack;
}

/** What answers Box: for each webhook a receiver that strangers can reach, and a handler that they can't. */
export class WebhooksStack extends Stack {
  readonly webhooks: ReadonlyMap<string, BoxWebhook>;

  constructor(scope: Construct, id: string, { loaded, foundation, ...props }: WebhooksStackProps) {
    super(scope, id, props);
    const { stage, webhooks } = loaded;
    const layer = new JobLayer(this, 'Layer', { loaded });
    const events = new EventsTable(this, 'EventsTable');
    const ingress = new WebhookIngress(this, 'Ingress', { stage });
    const answered = webhooks.map((webhook) => {
      const boxApp = foundation.boxApps.find(({ app }) => app === webhook.app);
      const signingKeys = foundation.signingKeys.find(({ app }) => app === webhook.app);
      // The settings were checked; this is for who builds the stacks by hand.
      if (!boxApp || !signingKeys) throw settingsMistake(stage.name, ['apps', webhook.app], 'add it: a webhook uses it');
      const made = { loaded, webhook, foundation: foundation.foundation, boxApp, signingKeys, layer, events, ingress };
      return [webhook.id, new BoxWebhook(this, webhook.id, made)] as const;
    });
    this.webhooks = new Map(answered);
    const armed = armedBy(this, stage.armedFromStart);
    const reconciled = loaded.jobs
      .filter(({ declaration }) => seesToWebhooks(declaration))
      .map((job) => {
        const ofApp = answered.map(([, each]) => each).filter(({ webhook }) => webhook.app === job.app);
        return new ReconciledWebhooks(this, job.id, {
          loaded,
          job,
          foundation: foundation.foundation,
          boxApps: foundation.boxApps,
          layer,
          armed,
          answered: ofApp,
        });
      });
    new WebhookDashboard(this, 'Overview', { stageName: stage.name, webhooks: answered.map(([, each]) => each) });
    const ofWebhooks = answered.flatMap(([, { receive, deliver }]) => [deliver.logGroup, receive.logGroup]);
    const logGroups = [...ofWebhooks, ...reconciled.map(({ logGroup }) => logGroup)];
    new SavedQueries(this, 'Queries', { folder: `${stage.name}/Webhooks`, queries: webhookQueries, logGroups });
    new CfnOutput(this, 'EventsTableName', { value: events.tableName });
  }
}
