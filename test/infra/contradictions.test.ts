import { describe, expect, it } from 'vitest';
import { discover } from '../../infra/discover.ts';
import { enabledJobs } from '../../infra/enabled-jobs.ts';
import { readStage } from '../../infra/settings.ts';
import { everything, root } from './stacks.ts';

const read = (change: object) => readStage({ dev: { ...everything, ...change } }, 'dev');

describe('settings that contradict each other are one sentence', () => {
  it.each<[string, object, string]>([
    ['production without notify', { notify: undefined }, 'notify in cdk.json: a production stage needs a mail address for its alarms.'],
    [
      'a budget that nobody hears of',
      { production: false, notify: undefined },
      'notify in cdk.json: monthlyBudgetUSD needs a mail address to tell.',
    ],
    ['no app at all', { apps: {} }, 'apps in cdk.json: name at least one Box app.'],
    [
      'two apps of one name but for hyphens',
      { apps: { 'hr-1': {}, hr1: {} } },
      'apps.hr1 in cdk.json: rename it: but for hyphens it is called as hr-1 is.',
    ],
    [
      'an operator of another account',
      { operatorRoleArn: 'arn:aws:iam::999999999999:role/operator' },
      'operatorRoleArn in cdk.json: it belongs to the account 999999999999, and the stage to 111122223333.',
    ],
    ['an emergency role of another account', { breakGlassRoleArn: 'arn:aws:iam::999999999999:role/x' }, 'breakGlassRoleArn in cdk.json: '],
    [
      'a boundary of another account',
      { permissionsBoundaryArn: 'arn:aws:iam::999999999999:policy/x' },
      'permissionsBoundaryArn in cdk.json: ',
    ],
    [
      'an identity provider of another account',
      { github: { ...everything.github, providerArn: 'arn:aws:iam::999999999999:oidc-provider/token.actions.githubusercontent.com' } },
      'github.providerArn in cdk.json: it belongs to the account 999999999999',
    ],
    [
      'a region that our list does not know',
      { region: 'mx-central-1' },
      'region in cdk.json: our list of 2026-01 does not know Lambda on arm64 in mx-central-1; choose another, or add "arm64" to assumeRegionHas',
    ],
    [
      'a region of which one feature is assumed and one is not',
      { region: 'mx-central-1', assumeRegionHas: ['arm64'] },
      'region in cdk.json: our list of 2026-01 does not know EventBridge Scheduler in mx-central-1',
    ],
    [
      'features of no region',
      { region: undefined, assumeRegionHas: ['arm64'] },
      'assumeRegionHas in cdk.json: name the region that has them',
    ],
  ])('%s', (_, change, sentence) => {
    expect(() => read(change)).toThrow(`Correct stages.dev.${sentence}`);
    expect(() => read(change)).toThrow(expect.objectContaining({ code: 'SETTINGS_INVALID', message: expect.not.stringContaining('\n') }));
  });

  it('and a region that is assumed to have everything is taken', () => {
    expect(read({ region: 'mx-central-1', assumeRegionHas: ['arm64', 'scheduler'] })).toMatchObject({ region: 'mx-central-1' });
  });
});

describe('a job that takes longer than one invocation', () => {
  const jobsIn = async (change: object) => enabledJobs(read({ region: 'eu-west-2', ...change }), await discover(root));

  it('is refused in a region that our list knows without durable functions', async () => {
    const jobs = { 'open-shared-links': { mode: 'report' } };
    const sentence =
      'region in cdk.json: open-shared-links takes longer than one invocation, and our list of 2026-01 does not know Lambda durable';
    await expect(jobsIn({ jobs })).rejects.toThrow(sentence);
    expect((await jobsIn({ jobs, assumeRegionHas: ['durable'] })).map(({ id }) => id)).toContain('open-shared-links');
  });

  it('is refused by a stage that names no region and goes to such a one', async () => {
    const stage = { jobs: { 'open-shared-links': { mode: 'report' } } };
    const jobsAt = async (region?: string) => enabledJobs(readStage({ dev: stage }, 'dev', region), await discover(root));
    await expect(jobsAt('eu-west-2')).rejects.toThrow('add "durable" to assumeRegionHas and name the region if it is there by now.');
    expect((await jobsAt('eu-west-1')).map(({ id }) => id)).toContain('open-shared-links');
    expect((await jobsAt()).map(({ id }) => id)).toContain('open-shared-links');
    expect(() => readStage({ dev: {} }, 'dev', 'mx-central-1')).toThrow('does not know Lambda on arm64 in mx-central-1');
  });

  it('does not keep others from being there', async () => {
    expect((await jobsIn({ jobs: { 'storage-report': true } })).map(({ id }) => id)).toContain('storage-report');
  });
});
