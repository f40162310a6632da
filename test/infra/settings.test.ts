import { cron, managedUser, rate, scheduledJob, serviceAccount, setting, z } from 'nightporter';
import { describe, expect, it } from 'vitest';
import type { DiscoveredJob } from '../../infra/discover.ts';
import { enabledJobs } from '../../infra/enabled-jobs.ts';
import { readStage } from '../../infra/settings.ts';
import { everything } from './stacks.ts';

const base = { impact: 'Nobody knows.', schedule: rate(1, 'hour'), runAs: serviceAccount(), run: async () => undefined };
const jobs: readonly DiscoveredJob[] = [
  discovered('plain', scheduledJob({ ...base, box: ['users'], params: z.strictObject({ days: z._default(z.int(), 90) }) })),
  discovered('as-user', scheduledJob({ ...base, box: ['folders'], runAs: managedUser(setting('inventoryUser')), settings: ['hint'] })),
  discovered('of-reader', scheduledJob({ ...base, box: ['users'], app: 'reader' })),
  discovered('check', scheduledJob({ ...base, app: '*', uses: ['grant:fresh'] })),
  discovered('watch', scheduledJob({ ...base, uses: ['runs:watch'] })),
];

function discovered(name: string, declaration: unknown): DiscoveredJob {
  return { name, file: `/jobs/${name}.ts`, declaration: declaration as DiscoveredJob['declaration'] };
}

function read(stage: object) {
  return enabledJobs(readStage({ dev: stage, other: {} }, 'dev'), jobs);
}

it.each([
  ['schedule', cron('0 2 * *'), 'Correct nightly.ts: The schedule "cron(0 2 * *)" does not parse: '],
  ['time zone', cron('0 2 * * ? *', 'Mars/Base'), 'Correct nightly.ts: The time zone "Mars/Base" must be an IANA name'],
])('a mistake in the %s of a job’s own file is one sentence that names the file', (_, schedule, sentence) => {
  const nightly = discovered('nightly', scheduledJob({ ...base, schedule }));
  const stage = readStage({ dev: { jobs: { nightly: true } } }, 'dev');
  expect(() => enabledJobs(stage, [nightly])).toThrow(sentence);
});

describe('a mistake in cdk.json is one sentence that names stage and key', () => {
  it.each<[string, object, string]>([
    [
      'shards of which there can be none',
      { jobs: { plain: { shards: 0 } } },
      'Correct stages.dev.jobs.plain.shards in cdk.json: use 1 to 100.',
    ],
    [
      'shards of a job that has none',
      { jobs: { plain: { shards: 2 } } },
      'Correct stages.dev.jobs.plain.shards in cdk.json: only a job that runs as each managed user has shards.',
    ],
    [
      'a webhook to adopt that is no id',
      { webhooks: { any: { adopt: ['mine'] } } },
      'Correct stages.dev.webhooks.any.adopt.0 in cdk.json: use the ids of webhooks in Box.',
    ],
    [
      'a misspelt key of a job',
      { jobs: { plain: { shedule: 'rate(1 hour)' } } },
      'Correct stages.dev.jobs.plain in cdk.json: Unrecognized key: "shedule".',
    ],
    [
      'a misspelt key of a webhook',
      { webhooks: { any: { adopts: [] } } },
      'Correct stages.dev.webhooks.any in cdk.json: Unrecognized key: "adopts".',
    ],
    [
      'a setting that is no text',
      { settings: { inventoryUser: 11000001 } },
      'Correct stages.dev.settings.inventoryUser in cdk.json: Invalid input: expected string, received number.',
    ],
    ['an unknown key', { prodution: true }, 'Correct stages.dev in cdk.json: Unrecognized key: "prodution".'],
    [
      'a key of a wrong type',
      { production: 'yes' },
      'Correct stages.dev.production in cdk.json: Invalid input: expected boolean, received string.',
    ],
    [
      'a stage that is no object',
      'on' as unknown as object,
      'Correct stages.dev in cdk.json: Invalid input: expected object, received string.',
    ],
    [
      'production without notify',
      { production: true },
      'Correct stages.dev.notify in cdk.json: a production stage needs a mail address for its alarms.',
    ],
    ['notify that is no address', { notify: 'the night team' }, 'Correct stages.dev.notify in cdk.json: use one mail address.'],
    ['a retention that CloudWatch lacks', { logRetentionDays: 91 }, 'Correct stages.dev.logRetentionDays in cdk.json: use one of 1, 3, 5,'],
    ['an account as a number', { account: 1 }, 'Correct stages.dev.account in cdk.json: Invalid input: expected string, received number.'],
    [
      'a role that stands for others too',
      { operatorRoleArn: 'arn:aws:iam::111122223333:role/*' },
      'Correct stages.dev.operatorRoleArn in cdk.json: name an IAM role without wildcards.',
    ],
    ['a role that is no ARN', { operatorRoleArn: 'admin' }, 'Correct stages.dev.operatorRoleArn in cdk.json: use the ARN of an IAM role.'],
    [
      'a role where a policy belongs',
      { permissionsBoundaryArn: 'arn:aws:iam::111122223333:role/x' },
      'Correct stages.dev.permissionsBoundaryArn in cdk.json: use the ARN of an IAM policy.',
    ],
    [
      'a misspelt key of the network',
      { vpc: { subnets: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] } },
      'Correct stages.dev.vpc.subnetIds in cdk.json: ',
    ],
    [
      'a security group among the subnets',
      { vpc: { subnetIds: ['sg-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] } },
      'Correct stages.dev.vpc.subnetIds.0 in cdk.json: use ids such as subnet-0123456789abcdef0.',
    ],
    [
      'a network without subnets',
      { vpc: { subnetIds: [], securityGroupIds: ['sg-0123456789abcdef0'] } },
      'Correct stages.dev.vpc.subnetIds in cdk.json: name 1 to 16.',
    ],
    [
      'a subnet that is named twice',
      { vpc: { subnetIds: Array(2).fill('subnet-01234567'), securityGroupIds: ['sg-01234567'] } },
      'Correct stages.dev.vpc.subnetIds in cdk.json: name each once.',
    ],
    ['a tag that is ours', { tags: { 'nightporter:stage': 'x' } }, 'Correct stages.dev.tags.nightporter:stage in cdk.json: '],
    [
      'a tag that is a number',
      { tags: { team: 7 } },
      'Correct stages.dev.tags.team in cdk.json: Invalid input: expected string, received number.',
    ],
    [
      'a repository as an address',
      { github: { ...everything.github, repository: 'https://github.com/example/porter' } },
      'Correct stages.dev.github.repository in cdk.json: use owner/name.',
    ],
    [
      'a wildcard for the environment',
      { github: { ...everything.github, environment: '*' } },
      'Correct stages.dev.github.environment in cdk.json: ',
    ],
    ['a repository without environment', { github: { repository: 'a/b' } }, 'Correct stages.dev.github.environment in cdk.json: '],
    ['a budget of nothing', { monthlyBudgetUSD: 0 }, 'Correct stages.dev.monthlyBudgetUSD in cdk.json: use an amount above 0.'],
    ['reports for ever', { reportRetentionDays: 99_999 }, 'Correct stages.dev.reportRetentionDays in cdk.json: use 1 to 3650.'],
    ['half a day', { reportRetentionDays: 0.5 }, 'Correct stages.dev.reportRetentionDays in cdk.json: '],
    ['armed by a word', { armedFromStart: 'yes' }, 'Correct stages.dev.armedFromStart in cdk.json: Invalid input: expected boolean'],
    [
      'a feature that there is not',
      { assumeRegionHas: ['quantum'], region: 'eu-west-1' },
      'Correct stages.dev.assumeRegionHas.0 in cdk.json: ',
    ],
    ['a zone where a region belongs', { region: 'eu-west-1a' }, 'Correct stages.dev.region in cdk.json: use a region such as eu-west-2.'],
    ['an app name with capitals', { apps: { Reader: {} } }, 'Correct stages.dev.apps.Reader in cdk.json: '],
    ['no app at all', { apps: {} }, 'Correct stages.dev.apps in cdk.json: name at least one Box app.'],
    ['an empty setting', { settings: { inventoryUser: '' } }, 'Correct stages.dev.settings.inventoryUser in cdk.json: '],
    [
      'a login where a Box id belongs',
      { settings: { inventoryUser: 'ann@example.com' }, jobs: { 'as-user': true } },
      'Correct stages.dev.settings.inventoryUser in cdk.json: the job as-user runs as whom this setting names: use Box ids, which are digits.',
    ],
    [
      'an unknown job',
      { jobs: { plane: true } },
      'Correct stages.dev.jobs.plane in cdk.json: there is no such job; the job files are plain, as-user, of-reader, check, watch.',
    ],
    [
      'a job that is turned off by false',
      { jobs: { plain: false } },
      'Correct stages.dev.jobs.plain in cdk.json: Invalid input: expected object, received boolean.',
    ],
    [
      'an unknown key of a job',
      { jobs: { plain: { shedule: 'rate(1 hour)' } } },
      'Correct stages.dev.jobs.plain in cdk.json: Unrecognized key: "shedule".',
    ],
    [
      'a schedule that does not parse',
      { jobs: { plain: { schedule: 'nightly' } } },
      'Correct stages.dev.jobs.plain.schedule in cdk.json: The schedule "nightly" does not parse',
    ],
    [
      'an unknown time zone',
      { jobs: { plain: { timeZone: 'Mars/Base' } } },
      'Correct stages.dev.jobs.plain.timeZone in cdk.json: The time zone "Mars/Base" must be an IANA name',
    ],
    [
      'params of a wrong type',
      { jobs: { plain: { params: { days: 'all' } } } },
      'Correct stages.dev.jobs.plain.params.days in cdk.json: Invalid input: expected number, received string.',
    ],
    [
      'params that the job does not have',
      { jobs: { plain: { params: { hours: 1 } } } },
      'Correct stages.dev.jobs.plain.params in cdk.json: Unrecognized key: "hours".',
    ],
    [
      'a setting that runAs needs',
      { jobs: { 'as-user': true } },
      'Correct stages.dev.settings.inventoryUser in cdk.json: the job as-user runs as the user that this setting names, and it is missing.',
    ],
    [
      'an app that the stage lacks',
      { jobs: { 'of-reader': true } },
      'Correct stages.dev.apps in cdk.json: the job of-reader uses the Box app "reader", which is none of default.',
    ],
  ])('%s', (_, stage, sentence) => {
    expect(() => read(stage)).toThrow(sentence);
    expect(() => read(stage)).toThrow(expect.objectContaining({ code: 'SETTINGS_INVALID', message: expect.not.stringContaining('\n') }));
  });

  it('an unknown stage lists the known ones', () => {
    expect(() => readStage({ dev: {}, production: {} }, 'prod')).toThrow(
      'Choose a stage that cdk.json has: "prod" is none of dev, production.',
    );
    expect(() => readStage({ dev: {} }, 'toString')).toThrow('Choose a stage');
    expect(() => readStage(undefined, 'dev')).toThrow('Add the context "stages" to cdk.json');
  });
});

describe('what is on', () => {
  const on = (stage: object) => read(stage).map(({ id }) => id);

  it('is what the stage names, and the watch for missing runs with it', () => {
    expect(on({ jobs: { plain: true } })).toEqual(['plain', 'watch']);
    expect(on({})).toEqual([]);
  });

  it('takes the declaration where the stage says nothing, and the stage where it does', () => {
    const [plain] = read({ jobs: { plain: { schedule: 'cron(0 4 * * ? *)', timeZone: 'Europe/London', params: { days: 7 } } } });
    expect(plain).toMatchObject({ schedule: { expression: 'cron(0 4 * * ? *)', timeZone: 'Europe/London' }, params: { days: 7 } });
    expect(read({ jobs: { plain: true } })[0]).toMatchObject({ schedule: { expression: 'rate(1 hour)', timeZone: 'UTC' }, params: {} });
  });

  it('hands a job those settings that it names and no other', () => {
    const [job] = read({ settings: { inventoryUser: '7', hint: 'x', other: 'y' }, jobs: { 'as-user': true } });
    expect(job?.settings).toEqual({ inventoryUser: '7', hint: 'x' });
  });

  it('makes one check for each Box app that a job uses', () => {
    const apps = { default: {}, reader: {}, unused: {} };
    expect(on({ apps, jobs: { check: true, plain: true, 'of-reader': true } })).toEqual([
      'plain',
      'of-reader',
      'check',
      'check-reader',
      'watch',
    ]);
    expect(on({ apps: { reader: {} }, jobs: { check: true } })).toEqual(['check-reader', 'watch']);
  });

  it('refuses a declaration that AWS would refuse', () => {
    const cases: [object, string][] = [
      [{ timeoutMinutes: 16 }, 'timeoutMinutes'],
      [{ memoryMiB: 64 }, 'memoryMiB'],
      [{ windowMinutes: 0.5 }, 'windowMinutes'],
      [{ impact: 'x'.repeat(401) }, 'impact'],
    ];
    for (const [wrong, key] of cases) {
      const job = discovered('odd', scheduledJob({ ...base, ...wrong }));
      expect(() => enabledJobs(readStage({ dev: { jobs: { odd: true } } }, 'dev'), [job])).toThrow(key);
    }
  });
});
