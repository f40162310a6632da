import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppSettings } from '../../sandbox/box/tokens/app-settings.ts';
import { type CliStage, openStage } from './stage.ts';

interface Check {
  readonly check: string;
  readonly outcome: string;
  readonly said: string;
  readonly causes: readonly { readonly cause: string; readonly setting: string; readonly nextStep: string }[];
}

let stage: CliStage;
let healthy: AppSettings;

beforeAll(async () => {
  // A job that runs as a user.
  stage = await openStage({ settings: { settings: { inventoryUser: '11000001' }, jobs: { 'folder-inventory': {} } } });
  healthy = stage.sandbox.box.app.settings;
});

afterAll(() => stage[Symbol.asyncDispose]());

beforeEach(async () => {
  stage.sandbox.box.app.change(healthy);
  await stage.sandbox.putSecret();
});

async function doctor(...args: readonly string[]): Promise<{ exitCode: number; checks: readonly Check[] }> {
  const { exitCode, value } = await stage.json(['doctor', ...args]);
  const { sections } = value as { sections: readonly { subject: string; checks: readonly Check[] }[] };
  return { exitCode, checks: sections.flatMap(({ checks }) => checks) };
}

/** What is switched off in Box's consoles, what the doctor finds refused, and where it sends people. */
const settings: readonly [string, Partial<AppSettings>, refused: RegExp, where: RegExp][] = [
  ['the app is not authorized', { authorized: false }, /grant as service account/, /Platform Apps Manager/],
  ['the app is a standard OAuth app', { authMethod: 'oauth2' }, /grant as service account/, /Authentication Method|App Access Level/],
  ['"App Access Only"', { access: 'app' }, /scope "Manage users"/, /App Access Level/],
  ['"Generate user access tokens" is off', { userTokens: false }, /grant as user 11/, /Advanced Features/],
  [
    'the scope for users is off',
    { scopes: ['root_readwrite'] },
    /scope "Manage users" as service account/,
    /Application Scopes > Manage users/,
  ],
  [
    'the scope for content is off',
    { scopes: ['manage_managed_users'] },
    /scope "Read and write all files.*as user/,
    /Application Scopes > Read and write all/,
  ],
];

describe('doctor', () => {
  it('finds nothing to refuse in an app that is set up as the README says', async () => {
    const { exitCode, checks } = await doctor();
    expect(checks.filter(({ outcome }) => outcome !== 'works')).toEqual([]);
    expect(checks.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        'secret',
        'grant as service account',
        'users/me as service account',
        'scope "Manage users" as service account',
      ]),
    );
    expect(exitCode).toBe(0);
  });

  it.each([
    ['does not answer', { kind: 'hang' }],
    ['asks to come back in 100 seconds', { kind: 'status', status: 429, headers: { 'retry-after': '100' } }],
  ] as const)('makes its other checks when Box %s', { timeout: 60_000 }, async (_, fault) => {
    stage.sandbox.box.faults.always({ path: '/oauth2/token' }, fault);
    const { exitCode, checks } = await doctor();
    stage.sandbox.box.faults.clear();
    expect(checks).toMatchObject([
      { check: 'secret', outcome: 'works' },
      { check: 'grant as service account', outcome: 'refused', said: expect.stringContaining('Try again later') },
      { check: 'grant as a managed user', outcome: 'unknown' },
    ]);
    expect(exitCode).toBe(1);
  });

  it.each(settings)('when %s, names what is refused and the console setting', async (_, change, refused, where) => {
    stage.sandbox.box.app.change(change);
    const { exitCode, checks } = await doctor();
    const found = checks.find(({ check, outcome }) => outcome === 'refused' && refused.test(check));
    expect(found, JSON.stringify(checks, null, 1)).toBeDefined();
    expect(found?.causes.map(({ setting }) => setting).join('\n')).toMatch(where);
    expect(exitCode).toBe(1);
    const { stdout } = await stage.cli(['doctor']);
    expect(stdout).toMatch(where);
  });

  it('says that the as-user header is off, which is no fault while no job needs it', async () => {
    stage.sandbox.box.app.change({ asUser: false });
    const unasked = await doctor();
    expect(unasked.checks.find(({ check }) => check.endsWith('by as-user'))).toMatchObject({ outcome: 'unneeded' });
    expect(unasked.exitCode).toBe(0);
    const asked = await doctor('--user', '11000001');
    const found = asked.checks.find(({ check }) => check.endsWith('by as-user'));
    expect(found).toMatchObject({ outcome: 'refused', causes: [{ cause: expect.stringContaining('as-user header') }] });
    expect(asked.exitCode).toBe(1);
  });

  it('names an inactive user as the likely cause when that is who was given', async () => {
    stage.sandbox.box.enterprise.change('11000003', { status: 'inactive' });
    const { checks, exitCode } = await doctor('--user', '11000003');
    const found = checks.find(({ check }) => check === 'grant as user 11000003');
    expect(found?.said).toBe('invalid_grant: Grant credentials are invalid');
    expect(found?.causes[0]?.cause).toContain('inactive');
    const byHeader = checks.find(({ check }) => check === 'users/me as user 11000003 by as-user');
    expect(byHeader?.causes[0]?.cause).toContain('inactive');
    expect(exitCode).toBe(1);
  });

  it.each([
    ['{"boxAppSettings":{"clientID":"a","clientSecret":"<your secret>"},"enterpriseID":"1"}', 'boxAppSettings.clientSecret'],
    ['{"boxAppSettings":{"clientID":"a","clientSecret":"b"}}', 'enterpriseID'],
    ['no json', 'not JSON'],
  ])('of the secret %s says which field is wrong', async (secret, field) => {
    await stage.sandbox.putSecret(secret);
    const { checks, exitCode } = await doctor();
    expect(checks).toMatchObject([{ check: 'secret', outcome: 'refused', said: expect.stringContaining(field) }]);
    expect(exitCode).toBe(1);
  });

  it('looks at one app only when it is named, and knows which there are', async () => {
    expect((await doctor('--app', 'default')).exitCode).toBe(0);
    const { exitCode, stderr } = await stage.cli(['doctor', '--app', 'keeper']);
    expect(stderr).toContain('COMMAND_INVALID: Name the Box app with --app: the stage "sandbox" has default.');
    expect(exitCode).toBe(2);
  });

  it('rules out what the service account has shown to be right', async () => {
    stage.sandbox.box.app.change({ userTokens: false });
    const { checks } = await doctor();
    const [first, ...others] = checks.find(({ check }) => check === 'grant as user 11000001')?.causes ?? [];
    expect(first?.cause).toBe('"Generate user access tokens" is off.');
    expect(others.map(({ setting }) => setting)).toEqual(['Admin Console > Integrations > Platform Apps Manager']);
  });
});
