import { beforeAll, describe, expect, it } from 'vitest';
import { context, type Resource, resources, type Stacks, stacksOf } from './stacks.ts';

let alarms: readonly (readonly [string, Resource])[];
let stacks: Stacks;
beforeAll(async () => {
  stacks = await stacksOf('sandbox');
  alarms = resources(stacks.jobs, 'AWS::CloudWatch::Alarm');
});

const textOf = ({ Properties }: Resource) => JSON.stringify(Properties.AlarmDescription);
const of = (job: string, alarm: string) => {
  const found = alarms.find(([id]) => id.startsWith(`${job}Alarms${alarm}`));
  if (!found) throw new Error(`${job} has no alarm ${alarm}`);
  return found[1];
};

describe('every job', () => {
  const jobs = {
    storagereport: 'about to run out of Box storage',
    grantcheck: 'refuses tokens',
    missingruns: 'unnoticed',
  };

  it.each(Object.entries(jobs))(
    '%s: a failed, refused, lost, waiting or missing run alarms, and says what it means for the business',
    (job, impact) => {
      for (const alarm of ['RunFailed', 'Throttled', 'FailuresWaiting', 'NotStarted', 'RunMissing']) {
        const text = textOf(of(job, alarm));
        expect(text).toContain(impact);
        expect(text).toContain('What to do: ');
      }
    },
  );

  it('watches its own function and its own queues', () => {
    const { function: fn, queues } = dimensionsOf('storagereport');
    expect(fn).toMatch(/^storagereportRunFunction/);
    expect(queues).toEqual([expect.stringMatching(/^storagereportRunFailures/), expect.stringMatching(/^storagereportStartDeadLetters/)]);
  });
});

describe('a durable job', () => {
  it('alarms when Lambda starts no shards, and says that its run waits for them', async () => {
    const rounds = resources((await stacksOf('sandbox-rounds')).jobs, 'AWS::CloudWatch::Alarm');
    for (const job of ['opensharedlinks', 'externalcollaborators', 'inactiveusers', 'folderinventory']) {
      const [, alarm = expect.unreachable()] = rounds.find(([id]) => id.startsWith(`${job}AlarmsShardsThrottled`)) ?? [];
      expect(alarm.Properties).toMatchObject({
        MetricName: 'Throttles',
        Threshold: 1,
        Dimensions: [{ Name: 'FunctionName', Value: { Ref: expect.stringMatching(`^${job}ShardFunction`) } }],
      });
      expect(textOf(alarm)).toMatch(/Lambda refused to start shards of a run, which waits for them .* What to do: /);
    }
  });
});

function dimensionsOf(job: string) {
  const value = (alarm: string) => (of(job, alarm).Properties.Dimensions as { Value: object }[]).map(({ Value }) => Value);
  const [fn] = value('RunFailed') as [{ Ref: string }];
  const queues = ['FailuresWaiting', 'NotStarted'].map((alarm) => (value(alarm)[0] as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'][0]);
  return { function: fn.Ref, queues };
}

describe('every alarm', () => {
  it('reaches the topic', () => {
    for (const [, { Properties }] of alarms) expect(JSON.stringify(Properties.AlarmActions)).toContain('AlarmsTopic');
  });

  it('has a text of its own that CloudWatch can hold', () => {
    const texts = alarms.map(([, alarm]) => textOf(alarm));
    expect(new Set(texts).size).toBe(texts.length);
    // Names that AWS generates take up to 64 characters each where the template has a reference.
    for (const text of texts) expect(text.length).toBeLessThan(1024);
  });

  it('is silent while there is nothing to measure, but for the one that listens for silence', () => {
    for (const [id, { Properties }] of alarms) {
      expect(Properties.TreatMissingData).toBe(id.includes('AlarmsSilent') ? 'breaching' : 'notBreaching');
    }
  });
});

it('a refused grant alarms where grants are checked', () => {
  expect(of('grantcheck', 'GrantRefused').Properties).toMatchObject({ Namespace: 'Nightporter', MetricName: 'GrantRefused', Threshold: 1 });
  expect(() => of('storagereport', 'GrantRefused')).toThrow();
});

it('a watch that is silent for three hours alarms', () => {
  expect(of('missingruns', 'Silent').Properties).toMatchObject({
    Namespace: 'Nightporter',
    MetricName: 'RunSucceeded',
    Dimensions: [
      { Name: 'Job', Value: 'missing-runs' },
      { Name: 'Stage', Value: 'sandbox' },
    ],
    ComparisonOperator: 'LessThanThreshold',
    Period: 3600,
    EvaluationPeriods: 3,
  });
});

it('a missing run is counted for the job that it is missing from', () => {
  expect(of('storagereport', 'RunMissing').Properties).toMatchObject({
    MetricName: 'RunMissing',
    Dimensions: [
      { Name: 'Job', Value: 'storage-report' },
      { Name: 'Stage', Value: 'sandbox' },
    ],
  });
});

describe('the keys of a Box app', () => {
  const keysOf = (template: Stacks['jobs'], app: string) =>
    resources(template, 'AWS::CloudWatch::Alarm').filter(([id]) => id.startsWith(`${app}Keys`)) as readonly (readonly [string, Resource])[];
  const watched = (template: Stacks['jobs'], app: string) =>
    keysOf(template, app).map(([, { Properties }]) => [Properties.MetricName, Properties.Threshold, Properties.Period]);

  it('alarm when Box refuses them, when their secret is no use, when tokens are refused, and when far too many are asked for', () => {
    expect(watched(stacks.jobs, 'Default')).toEqual([
      ['CredentialsSuspected', 1, 300],
      ['SecretUnreadable', 1, 3600],
      ['TokenMintFailed', 20, 3600],
      ['TokenRenewalForced', 10, 3600],
      ['ServiceAccountMinted', 50, 300],
    ]);
    for (const [, { Properties }] of keysOf(stacks.jobs, 'Default')) {
      expect(Properties).toMatchObject({
        Namespace: 'Nightporter',
        Statistic: 'Sum',
        Dimensions: [
          { Name: 'App', Value: 'default' },
          { Name: 'Stage', Value: 'sandbox' },
        ],
      });
    }
  });

  it('alarm in a stage with sharedTokens sooner, when a token can not be shared, and when most wait for it for long', async () => {
    const stage = { ...context.stages.sandbox, sharedTokens: true };
    const { jobs } = await stacksOf('sandbox', { stages: { sandbox: stage } });
    expect(watched(jobs, 'Default')).toEqual([
      ['CredentialsSuspected', 1, 300],
      ['SecretUnreadable', 1, 3600],
      ['TokenMintFailed', 20, 3600],
      ['TokenRenewalForced', 10, 3600],
      ['ServiceAccountMinted', 10, 300],
      ['SharedTierFailed', 2, 3600],
      ['TokenLeaseWait', 4000, 3600],
    ]);
    expect(keysOf(jobs, 'Default').at(-1)?.[1].Properties).toMatchObject({ ExtendedStatistic: 'p50' });
  });

  it('say with which command they are put right', () => {
    const [first = expect.unreachable()] = keysOf(stacks.jobs, 'Default');
    expect(textOf(first[1])).toContain('npx nightporter secret put --stage sandbox --app default');
  });
});
