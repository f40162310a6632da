import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { beforeAll, describe, expect, it } from 'vitest';
import { SavedQueries } from '../../infra/constructs/saved-queries.ts';
import { everything, resources, type Stacks, stacksOf } from './stacks.ts';

let stacks: Stacks;
/** Of durable jobs. */
let rounds: Stacks;
beforeAll(async () => {
  stacks = await stacksOf('everything', { stages: { everything } });
  rounds = await stacksOf('sandbox-rounds');
});

interface Widget {
  readonly type: string;
  readonly properties: { readonly title?: string };
}

/** A dashboard's widgets by title, references to resources as the logical id in `<>`. */
function widgetsOf(template: Template): Readonly<Record<string, string>> {
  const [[, { Properties }] = expect.unreachable()] = resources(template, 'AWS::CloudWatch::Dashboard');
  const [, parts] = (Properties.DashboardBody as { 'Fn::Join': [string, (string | { Ref?: string; 'Fn::GetAtt'?: [string, string] })[]] })[
    'Fn::Join'
  ];
  const text = parts.map((part) => (typeof part === 'string' ? part : `<${part.Ref ?? part['Fn::GetAtt']?.[0]}>`)).join('');
  const { widgets } = JSON.parse(text) as { widgets: readonly Widget[] };
  return Object.fromEntries(widgets.map((widget) => [widget.properties.title ?? widget.type, JSON.stringify(widget)]));
}

describe('the dashboard', () => {
  const body = () => {
    const dashboards = resources(stacks.jobs, 'AWS::CloudWatch::Dashboard');
    expect(dashboards).toHaveLength(1);
    return JSON.stringify(dashboards[0]?.[1].Properties.DashboardBody).replaceAll('\\', '');
  };

  it('shows what ran, failed and is missing, tokens, dead letters, durations and what Lambda is paid by', () => {
    for (const title of [
      'Runs done',
      'Runs failed',
      'Runs missing',
      'Tokens minted',
      'dead-letter queues',
      'Duration',
      'GB-seconds',
      'Lag',
      'Users done',
      '429',
    ]) {
      expect(body()).toContain(title);
    }
  });

  it('looks for metrics of this stage by the names that functions log', () => {
    for (const name of ['RunSucceeded', 'RunFailed', 'RunMissing']) {
      expect(body()).toContain(`{Nightporter,Stage,Job} Stage="everything" MetricName="${name}"`);
    }
    for (const name of ['TokenMinted', 'TokenMintFailed', 'TokenMemoryHit', 'TokenSharedHit', 'TokenAgeAtUse']) {
      expect(body()).toContain(`{Nightporter,Stage,App} Stage="everything" MetricName="${name}"`);
    }
  });

  it('says of each job what its failure means', () => {
    for (const job of ['storage-report', 'folder-inventory', 'grant-check', 'missing-runs']) {
      expect(body()).toContain(`**${job}**`);
    }
    expect(body()).toContain('about to run out of Box storage');
  });
});

describe('the dashboard of durable jobs', () => {
  it.each(['Duration, longest (ms)', 'Refused to start by Lambda', 'Cost: GB-seconds of Lambda'])('counts shards too in "%s"', (title) => {
    const widget = widgetsOf(rounds.jobs)[title];
    for (const job of ['open-shared-links', 'external-collaborators', 'inactive-users', 'folder-inventory']) {
      expect(widget).toContain(`"${job}"`);
      expect(widget).toContain(`"${job}: shards"`);
      for (const part of ['Run', 'Shard']) expect(widget).toContain(`<${job.replaceAll('-', '')}${part}Function`);
    }
  });
});

describe('saved queries', () => {
  it('look into the logs of shards', () => {
    const shards = resources(rounds.jobs, 'AWS::Logs::LogGroup').filter(([id]) => id.includes('Shard'));
    expect(shards).toHaveLength(4);
    for (const [, { Properties }] of resources(rounds.jobs, 'AWS::Logs::QueryDefinition')) {
      for (const [id] of shards) expect(Properties.LogGroupNames).toContainEqual({ Ref: id });
      expect(Properties.LogGroupNames).toHaveLength(resources(rounds.jobs, 'AWS::Logs::LogGroup').length);
    }
  });

  it('of more logs than one takes are several, and leave none out', () => {
    const stack = new Stack();
    const logGroups = Array.from({ length: 120 }, (_, nth) => LogGroup.fromLogGroupName(stack, `Logs${nth}`, `logs ${nth}`));
    new SavedQueries(stack, 'Queries', { folder: 'night', queries: { Failures: 'limit 1', Runs: 'limit 2' }, logGroups });
    const made = resources(Template.fromStack(stack), 'AWS::Logs::QueryDefinition').map(([, { Properties }]) => Properties);
    const failures = made.filter(({ QueryString }) => QueryString === 'limit 1');
    expect(failures.map(({ Name }) => Name)).toEqual(['', ' 2', ' 3'].map((end) => `Nightporter/night/Failures${end}`));
    expect(failures.map(({ LogGroupNames }) => (LogGroupNames as string[]).length)).toEqual([50, 50, 20]);
    expect(new Set(failures.flatMap(({ LogGroupNames }) => LogGroupNames)).size).toBe(120);
  });

  it('are found by the stage’s name and look into every job’s log', () => {
    const queries = resources(stacks.jobs, 'AWS::Logs::QueryDefinition').map(([, { Properties }]) => Properties);
    expect(queries.map(({ Name }) => Name).toSorted()).toEqual(
      ['Durations', 'Failures', 'Memory', 'Runs', 'Tokens'].map((name) => `Nightporter/everything/${name}`),
    );
    for (const { LogGroupNames } of queries) {
      expect(LogGroupNames).toHaveLength(resources(stacks.jobs, 'AWS::Logs::LogGroup').length);
    }
  });
});

describe('webhooks', () => {
  let webhooks: Template;
  const on = ['archive-upload', 'guard-shared-link', 'guard-collaboration'];
  beforeAll(async () => {
    webhooks = (await stacksOf('sandbox-webhooks')).webhooks ?? expect.unreachable();
  });

  it.each([
    ['Events waiting', 'ApproximateNumberOfMessagesVisible', 'DeliverEventsQueue'],
    ['Oldest event waiting (s)', 'ApproximateAgeOfOldestMessage', 'DeliverEventsQueue'],
    ['Events given up', 'ApproximateNumberOfMessagesVisible', 'DeliverEventsDeadLetters'],
    ['Handler: duration, longest (ms)', 'Duration', 'DeliverFunction'],
    ['Handler: invocations that died', 'Errors', 'DeliverFunction'],
    ['Handler: refused to start by Lambda', 'Throttles', 'DeliverFunction'],
  ])('have a dashboard of their own: %s, of each', (title, metric, resource) => {
    const widget = widgetsOf(webhooks)[title];
    expect(widget).toContain(`"${metric}"`);
    for (const webhook of on) expect(widget).toContain(`<${webhook.replaceAll('-', '')}${resource}`);
  });

  it('are counted by the names that receivers and handlers log, and say what a failure means', () => {
    const widgets = widgetsOf(webhooks);
    const all = Object.values(widgets).join();
    for (const name of ['WebhookAccepted', 'WebhookUnsigned', 'WebhookMalformed', 'EventHandled', 'EventFailed', 'WebhookDrift'])
      expect(all).toContain(`{Nightporter,Stage,Job} Stage=\\"sandbox-webhooks\\" MetricName=\\"${name}\\"`);
    for (const webhook of on) expect(widgets.text).toContain(`**${webhook}**`);
  });

  it('have saved queries that look into the logs of receivers, of handlers and of the job that makes them in Box', () => {
    const queries = resources(webhooks, 'AWS::Logs::QueryDefinition').map(([, { Properties }]) => Properties);
    expect(queries.map(({ Name }) => Name).toSorted()).toEqual(
      ['Events', 'Failures', 'GivenUp', 'Memory'].map((name) => `Nightporter/sandbox-webhooks/Webhooks/${name}`),
    );
    const logs = resources(webhooks, 'AWS::Logs::LogGroup');
    expect(logs).toHaveLength(7);
    for (const { LogGroupNames } of queries) {
      expect(LogGroupNames).toHaveLength(7);
      for (const [id] of logs) expect(LogGroupNames).toContainEqual({ Ref: id });
    }
  });
});

describe('a budget', () => {
  it('tells the stage’s mail address before the amount is spent, counting the stage alone', () => {
    const subscribers = [{ SubscriptionType: 'EMAIL', Address: 'porter@example.com' }];
    stacks.foundation.hasResourceProperties('AWS::Budgets::Budget', {
      Budget: {
        BudgetType: 'COST',
        TimeUnit: 'MONTHLY',
        BudgetLimit: { Amount: 50, Unit: 'USD' },
        CostFilters: { TagKeyValue: ['user:nightporter:stage$everything'] },
      },
      NotificationsWithSubscribers: [
        { Notification: { NotificationType: 'ACTUAL', Threshold: 80 }, Subscribers: subscribers },
        { Notification: { NotificationType: 'FORECASTED', Threshold: 100 }, Subscribers: subscribers },
      ],
    });
  });

  it('is there only where the stage names an amount', async () => {
    (await stacksOf('dev')).foundation.resourceCountIs('AWS::Budgets::Budget', 0);
  });
});
