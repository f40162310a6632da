import { beforeAll, describe, expect, it } from 'vitest';
import { everything, resources, type Stacks, stacksOf } from './stacks.ts';

let stacks: Stacks;
beforeAll(async () => {
  stacks = await stacksOf('everything', { stages: { everything } });
});

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

describe('saved queries', () => {
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
