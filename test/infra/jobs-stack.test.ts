import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { placeholderAssets, resources, type Stacks, stacksOf, statements } from './stacks.ts';

let stacks: Stacks;
beforeAll(async () => {
  stacks = await stacksOf('sandbox');
});

const idsOf = (type: string) => resources(stacks.jobs, type).map(([id]) => id);
/** Those that run jobs: endpoints are called by people, who see for themselves whether it worked. */
const jobFunctions = () => resources(stacks.jobs, 'AWS::Lambda::Function').filter(([id]) => !id.startsWith('Endpoints'));

describe('every function', () => {
  it('runs on Node 24 and arm64, with JSON logs that are kept for a while', () => {
    stacks.jobs.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: Match.anyValue() } },
    });
    stacks.jobs.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
    expect(idsOf('AWS::Logs::LogGroup')).toHaveLength(idsOf('AWS::Lambda::Function').length);
  });

  it('is named by AWS, as everything is', () => {
    for (const [, { Properties }] of resources(stacks.jobs, 'AWS::Lambda::Function')) expect(Properties).not.toHaveProperty('FunctionName');
    for (const [, { Properties }] of resources(stacks.jobs, 'AWS::Scheduler::Schedule')) expect(Properties).not.toHaveProperty('Name');
    for (const [, { Properties }] of resources(stacks.jobs, 'AWS::IAM::Role')) expect(Properties).not.toHaveProperty('RoleName');
  });

  it('keeps runs that failed, and does not repeat them by itself', () => {
    stacks.jobs.allResourcesProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
    });
    expect(idsOf('AWS::Lambda::EventInvokeConfig')).toHaveLength(jobFunctions().length);
  });

  it('is told its stage, its job and nothing secret', () => {
    for (const [, { Properties }] of jobFunctions()) {
      const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
      expect(Variables).toMatchObject({ NIGHTPORTER_STAGE: 'sandbox', NIGHTPORTER_JOB: expect.any(String), RUNS_TABLE: expect.anything() });
      expect(Object.keys(Variables).join()).not.toMatch(/TOKEN|PASSWORD|CLIENT/);
    }
  });

  it('lets V8 have nine tenths of its memory, with a young generation that stays small', () => {
    for (const [, { Properties }] of jobFunctions()) {
      const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
      const old = Math.floor(Number(Properties.MemorySize) * 0.9);
      expect(Variables.NODE_OPTIONS).toBe(`--max-semi-space-size=4 --max-old-space-size=${old}`);
    }
  });

  it('gets a new version when one byte of the layer changes, and the alias that runs moves to it', async () => {
    const versions = async (layer: string) => {
      const { jobs } = await stacksOf('sandbox', { assets: placeholderAssets(layer) });
      const published = resources(jobs, 'AWS::Lambda::Version').map(([id]) => id);
      const live = resources(jobs, 'AWS::Lambda::Alias').map(([, { Properties }]) => JSON.stringify(Properties.FunctionVersion));
      for (const version of published) expect(live.join()).toContain(version);
      return published;
    };
    const [before, same, after] = [
      await versions('export const a = 1;'),
      await versions('export const a = 1;'),
      await versions('export const a = 2;'),
    ];
    expect(before).toHaveLength(jobFunctions().length);
    expect(same).toEqual(before);
    expect(after).toHaveLength(before.length);
    expect(after.filter((version) => before.includes(version))).toEqual([]);
  });
});

describe('every schedule', () => {
  it('starts the live alias with the scheduled time, twice more within an hour, and then gives up to its queue', () => {
    stacks.jobs.allResourcesProperties('AWS::Scheduler::Schedule', {
      ScheduleExpressionTimezone: Match.anyValue(),
      FlexibleTimeWindow: { Mode: 'FLEXIBLE' },
      Target: {
        Input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
        RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 },
        DeadLetterConfig: { Arn: Match.anyValue() },
      },
    });
    const targets = resources(stacks.jobs, 'AWS::Scheduler::Schedule').map(
      ([, { Properties }]) => (Properties.Target as { Arn: { Ref: string } }).Arn.Ref,
    );
    expect(targets.toSorted()).toEqual([...idsOf('AWS::Lambda::Alias')].sort());
  });

  it('may start its own function and fill its own queue, nothing else', () => {
    for (const [, { Properties }] of resources(stacks.jobs, 'AWS::Scheduler::Schedule')) {
      const target = Properties.Target as { Arn: object; DeadLetterConfig: { Arn: object }; RoleArn: { 'Fn::GetAtt': [string, string] } };
      const [role] = target.RoleArn['Fn::GetAtt'];
      const policies = resources(stacks.jobs, 'AWS::IAM::Policy').filter(
        ([, policy]) => JSON.stringify(policy.Properties.Roles) === JSON.stringify([{ Ref: role }]),
      );
      expect(policies.map(([, policy]) => (policy.Properties.PolicyDocument as { Statement: object[] }).Statement)).toEqual([
        [
          { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: target.Arn },
          { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: target.DeadLetterConfig.Arn },
        ],
      ]);
    }
  });

  it('can be told from the outputs', () => {
    for (const output of ['StorageReportSchedule', 'StorageReportFunction', 'GrantCheckFunction', 'MissingRunsSchedule'])
      stacks.jobs.hasOutput(output, {});
  });

  it('is known to the watch for missing runs', () => {
    const environments = resources(stacks.jobs, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties.Environment);
    const told = (environments as { Variables: { SCHEDULES?: string } }[]).flatMap(({ Variables }) => Variables.SCHEDULES ?? []);
    expect(told).toHaveLength(1);
    const known = JSON.parse(told.join());
    expect(known).toHaveLength(idsOf('AWS::Scheduler::Schedule').length);
    expect(known).toContainEqual({ job: 'storage-report', expression: 'cron(0 2 * * ? *)', timeZone: 'UTC', windowMinutes: 5 });
  });
});

it('every queue is encrypted, TLS only and kept for 14 days', () => {
  stacks.jobs.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 });
  stacks.jobs.allResourcesProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: { Statement: [{ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }] },
  });
  expect(idsOf('AWS::SQS::QueuePolicy')).toHaveLength(idsOf('AWS::SQS::Queue').length);
});

describe('a role', () => {
  const of = (job: string) => statements(stacks.jobs).filter(({ role }) => role.startsWith(`${job}Run`));
  const actions = (job: string) => of(job).flatMap(({ Action }) => Action);

  it('names every action and resource: the only wildcard is the prefix of its own reports', () => {
    for (const { Action, Resource } of statements(stacks.jobs)) {
      expect(Action.join()).not.toContain('*');
      if (Resource.includes('*')) expect(Resource).toMatch(/"\/reports\/storage-report\/\*"/);
    }
    expect(of('storagereport').filter(({ Resource }) => Resource.includes('/reports/storage-report/*'))).toHaveLength(1);
  });

  it('writes reports only where the job declares it', () => {
    expect(actions('storagereport')).toContain('s3:PutObject');
    for (const job of ['grantcheck', 'missingruns']) expect(actions(job).filter((action) => action.startsWith('s3:'))).toEqual([]);
  });

  it('reads the ledger of runs only where the job watches them', () => {
    expect(actions('missingruns')).toContain('dynamodb:Query');
    const ledgers = statements(stacks.jobs).filter(({ Action, Condition }) => Action.includes('dynamodb:Query') && !Condition);
    expect([...new Set(ledgers.map(({ role }) => /^[a-z]+/.exec(role)?.[0]))]).toEqual(['missingruns']);
  });

  it('reads its own app’s credentials, and none when the job never calls Box', async () => {
    expect(actions('missingruns')).not.toContain('secretsmanager:GetSecretValue');
    const apps = { default: {}, reader: {} };
    const { jobs } = await stacksOf('two', { stages: { two: { apps, jobs: { 'storage-report': true } } } });
    const reads = statements(jobs).filter(({ Action }) => Action.includes('secretsmanager:GetSecretValue'));
    expect(reads).toHaveLength(1);
    expect(reads[0]?.Resource).toMatch(/BoxAppDefaultSecret/);
  });

  it('stands under the path that its app’s secret expects', () => {
    stacks.jobs.hasResourceProperties('AWS::IAM::Role', { Path: '/nightporter/sandbox/default/' });
    const watch = resources(stacks.jobs, 'AWS::IAM::Role').find(([id]) => id.startsWith('missingrunsRun'));
    expect(watch?.[1].Properties.Path).toBe('/nightporter/sandbox/');
  });
});
