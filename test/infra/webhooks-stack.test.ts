import { folder, managedUser, serviceAccount, setting, webhook } from 'nightporter';
import { beforeAll, describe, expect, it } from 'vitest';
import { discover } from '../../infra/discover.ts';
import { everything, resources, root, type Stacks, stacksOf, statements } from './stacks.ts';

const declaration = webhook({
  impact: 'Uploads are not archived.',
  triggers: ['FILE.UPLOADED'],
  target: folder(setting('inbox')),
  runAs: managedUser(setting('inventoryUser')),
  box: ['files'],
  uses: ['reports:write'],
  mode: 'report',
  handle: async () => undefined,
});
const plain = webhook({
  impact: 'Links are not guarded.',
  triggers: ['SHARED_LINK.CREATED'],
  target: folder('2'),
  runAs: serviceAccount(),
  handle: async () => undefined,
});
const webhooks = [
  { name: 'archive-upload', file: 'x.ts', declaration },
  { name: 'guard', file: 'y.ts', declaration: plain },
];
const settings = { ...everything.settings, inbox: '1' };
const on = { settings, webhooks: { 'archive-upload': true, guard: true } };

async function made(more: object): Promise<Stacks> {
  const jobs = (await discover(root)).filter(({ name }) => name === 'webhooks');
  return stacksOf('dev', { stages: { dev: { ...everything, ...on, ...more } }, webhooks, jobs });
}

describe.each(['function-url', 'http-api'] as const)('webhooks behind a %s', (ingress) => {
  let stacks: Stacks;
  beforeAll(async () => {
    stacks = await made({ ingress, jobs: {} });
  });
  const template = () => stacks.webhooks as NonNullable<Stacks['webhooks']>;

  it('synthesise without a finding', () => {
    expect(() => stacks.app.synth()).not.toThrow();
  });

  it('let a receiver read the signing keys and send to its queue, and nothing else', () => {
    const receivers = statements(template()).filter(({ role }) => /Receive/.test(role));
    expect([...new Set(receivers.flatMap(({ Action }) => Action))].sort()).toEqual([
      ...['kms:Decrypt', 'logs:CreateLogStream', 'logs:PutLogEvents', 'secretsmanager:GetSecretValue', 'sqs:SendMessage'],
    ]);
    for (const { Action, Resource } of receivers)
      if (Action.includes('secretsmanager:GetSecretValue')) expect(Resource).toContain('WebhookKeys');
    const environments = resources(template(), 'AWS::Lambda::Function').filter(([id]) => /Receive/.test(id));
    expect(environments).toHaveLength(2);
    for (const [, { Properties }] of environments) expect(Properties).not.toHaveProperty('Layers');
  });

  it('reserve no concurrency, which a new account does not have', () => {
    for (const [, { Properties }] of resources(template(), 'AWS::Lambda::Function')) {
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
    }
  });

  it('have a queue that fits the largest body and a dead-letter queue behind it', () => {
    const queues = resources(template(), 'AWS::SQS::Queue').filter(([, { Properties }]) => 'RedrivePolicy' in Properties);
    expect(queues).toHaveLength(2);
    for (const [, { Properties }] of queues) expect(Properties.MaximumMessageSize).toBeGreaterThan((256 * 1024 * 4) / 3 + 1000);
  });

  it('answer for single messages of a batch, with bounded concurrency', () => {
    for (const [, { Properties }] of resources(template(), 'AWS::Lambda::EventSourceMapping')) {
      expect(Properties).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'], ScalingConfig: { MaximumConcurrency: 5 } });
    }
  });

  it('alarm with what it means for the business', () => {
    const alarms = resources(template(), 'AWS::CloudWatch::Alarm').filter(([id]) => /^archiveupload/.test(id));
    expect(alarms.length).toBeGreaterThanOrEqual(9);
    for (const [, { Properties }] of alarms) expect(JSON.stringify(Properties.AlarmDescription)).toContain('Uploads are not archived.');
  });

  it('alarm where an hour brings nothing but what is not signed with our keys, which may be Box after its keys were reset', () => {
    const alarms = resources(template(), 'AWS::CloudWatch::Alarm').filter(([id]) => /^archiveupload.*OnlyUnsigned/.test(id));
    expect(alarms).toHaveLength(1);
    const { Metrics, Threshold, AlarmDescription, TreatMissingData } = alarms[0]?.[1].Properties ?? {};
    const [math, ...metrics] = Metrics as {
      Id: string;
      Expression?: string;
      MetricStat?: { Metric: object; Period: number; Stat: string };
    }[];
    expect(math?.Expression).toBe('IF(FILL(unsigned, 0) > 0 AND FILL(accepted, 0) == 0, 1, 0)');
    const Dimensions = [
      { Name: 'Job', Value: 'archive-upload' },
      { Name: 'Stage', Value: 'dev' },
    ];
    expect(Object.fromEntries(metrics.map(({ Id, MetricStat }) => [Id, MetricStat]))).toEqual(
      Object.fromEntries(
        Object.entries({ unsigned: 'WebhookUnsigned', accepted: 'WebhookAccepted' }).map(([id, MetricName]) => [
          id,
          { Metric: { Namespace: 'Nightporter', MetricName, Dimensions }, Period: 3600, Stat: 'Sum' },
        ]),
      ),
    );
    expect([Threshold, TreatMissingData]).toEqual([1, 'notBreaching']);
    expect(JSON.stringify(AlarmDescription)).toContain('Uploads are not archived.');
    expect(JSON.stringify(AlarmDescription)).toContain('secret put --webhook-keys');
  });

  it('are reached in the way that the stage chose', () => {
    expect(resources(template(), 'AWS::Lambda::Url')).toHaveLength(ingress === 'function-url' ? 2 : 0);
    expect(resources(template(), 'AWS::ApiGatewayV2::Route')).toHaveLength(ingress === 'http-api' ? 2 : 0);
  });
});

describe('a stage without webhooks', () => {
  it('has no stack for them, and no keys', async () => {
    const stacks = await made({ webhooks: {}, jobs: {} });
    expect(stacks.webhooks).toBeUndefined();
    expect(resources(stacks.foundation, 'AWS::SecretsManager::Secret')).toHaveLength(2);
  });
});
