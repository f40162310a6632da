import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { seesToWebhooks } from '../enabled-jobs.ts';
import type { EnabledWebhook } from '../enabled-webhooks.ts';
import type { LoadedStage } from '../load-stage.ts';
import { pascal } from '../pascal.ts';
import { settingsMistake } from '../settings.ts';
import type { Armed } from './armed.ts';
import type { BoxApp } from './box-app.ts';
import { BoxWebhook } from './box-webhook.ts';
import { EventsTable } from './events-table.ts';
import type { Foundation } from './foundation.ts';
import { ReconciledWebhooks } from './reconciled-webhooks.ts';
import { SavedQueries, webhookQueries } from './saved-queries.ts';
import { SigningKeys } from './signing-keys.ts';
import { WebhookDashboard } from './webhook-dashboard.ts';
import { WebhookIngress } from './webhook-ingress.ts';

export interface BoxWebhooksProps {
  readonly loaded: LoadedStage;
  readonly foundation: Foundation;
  /** Those of the stage: a webhook belongs to the one that it declares. */
  readonly boxApps: readonly BoxApp[];
  readonly layer: ILayerVersion;
  /** What Box signs with, by app; made here for each app that has a webhook, if left out. */
  readonly signingKeys?: readonly SigningKeys[];
  /** From the first deployment on, if left out. */
  readonly armed?: Armed;
}

/**
 * All webhooks of the stage, in AWS and in Box: for each a receiver that strangers can reach and a handler that they can't, what they share,
 * and the job that makes them in Box and keeps them. Nothing where the stage has none.
 * @throws NightporterError `SETTINGS_INVALID` when the Box app of one is missing
 */
export class BoxWebhooks extends Construct {
  readonly webhooks: readonly BoxWebhook[] = [];

  constructor(scope: Construct, id: string, props: BoxWebhooksProps) {
    super(scope, id);
    const { loaded, signingKeys = this.ownKeys(props) } = props;
    const { stage, jobs } = loaded;
    if (loaded.webhooks.length === 0) return;
    const events = new EventsTable(this, 'EventsTable');
    const ingress = new WebhookIngress(this, 'Ingress', { stage });
    this.webhooks = loaded.webhooks.map((webhook) => {
      const ofApp = { boxApp: ofItsApp(webhook, props.boxApps, stage.name), signingKeys: ofItsApp(webhook, signingKeys, stage.name) };
      return new BoxWebhook(this, webhook.id, { ...props, ...ofApp, webhook, events, ingress });
    });
    const reconciled = jobs
      .filter(({ declaration }) => seesToWebhooks(declaration))
      .map((job) => {
        const answered = this.webhooks.filter(({ webhook }) => webhook.app === job.app);
        return new ReconciledWebhooks(this, job.id, { ...props, job, answered });
      });
    new WebhookDashboard(this, 'Overview', { stageName: stage.name, webhooks: this.webhooks });
    const ofWebhooks = this.webhooks.flatMap(({ receive, deliver }) => [deliver.logGroup, receive.logGroup]);
    const logGroups = [...ofWebhooks, ...reconciled.map(({ logGroup }) => logGroup)];
    new SavedQueries(this, 'Queries', { folder: `${stage.name}/Webhooks`, queries: webhookQueries, logGroups });
    // What the command line looks events up in.
    new CfnOutput(Stack.of(this), 'EventsTableName', { value: events.tableName });
  }

  private ownKeys({ loaded: { stage, webhooks } }: BoxWebhooksProps): readonly SigningKeys[] {
    const apps = new Set(webhooks.map(({ app }) => app));
    return [...apps].map((app) => new SigningKeys(this, `WebhookKeys${pascal(app)}`, { stage, app }));
  }
}

/** The settings were checked; this is for who builds a stage by hand. */
function ofItsApp<T extends { readonly app: string }>({ app, id }: EnabledWebhook, all: readonly T[], stageName: string): T {
  const found = all.find((each) => each.app === app);
  if (found) return found;
  throw settingsMistake(stageName, ['webhooks', id], `it uses the Box app "${app}", of which its construct was given no BoxApp or no keys`);
}
