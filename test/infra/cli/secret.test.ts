import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { putVersion } from '../../../infra/cli/secret/put-version.ts';
import { awsClientOptions } from '../../../lib/http/aws-request-handler.ts';
import { listen } from '../../lib/listen.ts';
import { type CliStage, openStage } from './stage.ts';

let stage: CliStage;

beforeAll(async () => {
  stage = await openStage();
});

afterAll(() => stage[Symbol.asyncDispose]());

const canary = 'CANARY0123456789abcdefCANARY';

function secretWith(change: { readonly clientSecret?: string; readonly enterpriseID?: string } = {}): string {
  const { clientId, clientSecret, enterpriseId } = stage.sandbox.box.app;
  return JSON.stringify({
    boxAppSettings: { clientID: clientId, clientSecret: change.clientSecret ?? clientSecret },
    enterpriseID: change.enterpriseID ?? enterpriseId,
  });
}

interface Version {
  readonly versionId: string;
  readonly stages: readonly string[];
}

async function versions(): Promise<readonly Version[]> {
  const { value } = await stage.json(['secret', 'status']);
  return (value as { secrets: readonly { versions: readonly Version[] }[] }).secrets[0]?.versions ?? [];
}

const withoutPending = ({ versionId, stages }: Version) => ({ versionId, stages: stages.filter((label) => label !== 'AWSPENDING') });

async function versionWith(label: string): Promise<string | undefined> {
  return (await versions()).find(({ stages }) => stages.includes(label))?.versionId;
}

describe('a secret without a value', () => {
  it('is said to have none', async () => {
    expect((await stage.cli(['secret', 'status'])).stdout).toContain('No value yet: npx nightporter secret put');
    const { exitCode, stdout } = await stage.cli(['doctor']);
    expect(stdout).toContain('nightporter secret put');
    expect(exitCode).toBe(1);
  });

  it('is not staged, since Secrets Manager would let the first version serve at once', async () => {
    const { exitCode, stderr } = await stage.cli(['secret', 'stage'], secretWith());
    expect(stderr).toContain('secret put');
    expect(exitCode).toBe(2);
    expect(await versions()).toEqual([]);
  });
});

describe('secret put', () => {
  const bad: readonly [string, string, string][] = [
    ['that is no JSON', canary, 'not JSON'],
    ['without an enterprise', JSON.stringify({ boxAppSettings: { clientID: 'id', clientSecret: canary } }), 'enterpriseID'],
    [
      'with a placeholder',
      JSON.stringify({ boxAppSettings: { clientID: `<${canary}>`, clientSecret: canary }, enterpriseID: '1' }),
      'clientID',
    ],
    ['of 100 kB', JSON.stringify({ filling: canary.repeat(4000) }), '64 KiB'],
  ];

  it.each(bad)('writes nothing %s, says why and quotes nothing', async (_, text, why) => {
    const { exitCode, stdout, stderr } = await stage.cli(['secret', 'put'], text);
    expect(stderr).toContain(why);
    expect(stdout + stderr).not.toContain(canary);
    expect(exitCode).toBe(2);
    expect(await versions()).toEqual([]);
  });

  it('takes what the console downloads, and from then on Box grants', async () => {
    const { exitCode, value } = await stage.json(['secret', 'put'], secretWith());
    expect(value).toMatchObject({ app: 'default', versionStage: 'AWSCURRENT', versionId: expect.any(String) });
    expect(exitCode).toBe(0);
    expect((await stage.cli(['doctor'])).exitCode).toBe(0);
  });

  it('takes webhook keys only where the stage has a secret for them', async () => {
    const { exitCode, stderr } = await stage.cli(['secret', 'put', '--webhook-keys'], '{}');
    expect(stderr).toContain('has no secret for webhook keys');
    expect(exitCode).toBe(2);
  });

  it('has no option that would take a secret as an argument', async () => {
    for (const typed of [[canary], [`--client-secret=${canary}`]]) {
      const { exitCode, stdout, stderr } = await stage.cli(['secret', 'put', ...typed], secretWith());
      expect(exitCode).toBe(2);
      expect(stdout + stderr).not.toContain(canary);
    }
  });
});

describe('an error of secret put', () => {
  it('holds the secret nowhere, however deep one looks', async () => {
    await using server = await listen((request, response) => {
      request.resume().on('end', () => {
        response
          .writeHead(400, { 'content-type': 'application/x-amz-json-1.1' })
          .end(JSON.stringify({ __type: 'InvalidRequestException', message: canary }));
      });
    });
    Object.assign(process.env, stage.environment, { AWS_ENDPOINT_URL: server.url });
    const error = await putVersion(
      { aws: awsClientOptions() },
      { secretArn: 'arn', text: secretWith({ clientSecret: canary }), stage: 'AWSCURRENT' },
    ).then(
      () => expect.unreachable(),
      (thrown: Error) => thrown,
    );
    expect(error.message).toContain('(InvalidRequestException)');
    const shown = [inspect(error, { depth: 20 }), JSON.stringify(error), JSON.stringify({ ...error }), String(error.stack)];
    expect(shown.join('\n')).not.toContain(canary);
  });
});

describe('rotation: reset in the console, stage, promote', () => {
  beforeEach(async () => {
    await stage.cli(['secret', 'put'], secretWith());
  });

  it('has nothing to promote before something was staged', async () => {
    const { exitCode, stderr } = await stage.cli(['secret', 'promote']);
    expect(stderr).toContain('secret stage');
    expect(exitCode).toBe(2);
  });

  it.each([
    ['move the stage', 'Stager', 'secretsmanager:UpdateSecretVersionStage'],
    ['read the secret that it is to test', 'Mover', 'secret admit'],
  ] as const)('stages nothing for somebody who could not promote it: who may not %s', async (_, role, missing) => {
    const before = await versions();
    const { exitCode, stderr } = await (await stage.as(role, 'ada')).cli(['secret', 'stage'], secretWith());
    expect(stderr).toContain(missing);
    expect(exitCode).toBe(1);
    expect(await versions()).toEqual(before);
    const writes = stage.sandbox.aws.journal.calls({ action: 'secretsmanager:PutSecretValue' });
    expect(writes.filter(({ principal }) => principal.includes(`${role}Role`))).toEqual([]);
  });

  it('leaves the stages as they are when it finds out whether they may be moved', async () => {
    const before = await versions();
    await stage.cli(['secret', 'stage'], secretWith());
    const known = (await versions()).filter(({ versionId }) => before.some((version) => version.versionId === versionId));
    expect(known.map(withoutPending)).toEqual(before.map(withoutPending));
  });

  it('keeps a staged secret that Box refuses from serving, however often it is promoted', async () => {
    const serving = await versionWith('AWSCURRENT');
    const staged = await stage.cli(['secret', 'stage'], secretWith({ clientSecret: canary }));
    expect(staged.exitCode).toBe(1);
    expect(staged.stdout).toContain('invalid_client');
    const promoted = await stage.cli(['secret', 'promote']);
    expect(promoted.exitCode).toBe(1);
    expect(promoted.stdout).toContain('Nothing was changed.');
    expect(await versionWith('AWSCURRENT')).toBe(serving);
    expect(Object.values({ ...staged, ...promoted }).join()).not.toContain(canary);
  });

  it('tells the version that it staged when Box does not answer', async () => {
    stage.sandbox.box.faults.always({ path: '/oauth2/token' }, { kind: 'hang' });
    const staged = await stage.json(['secret', 'stage'], secretWith());
    stage.sandbox.box.faults.clear();
    const check = { outcome: 'refused', said: expect.stringContaining('Try again later') };
    expect(staged).toMatchObject({ exitCode: 1, value: { versionId: await versionWith('AWSPENDING'), granted: false, check } });
  });

  it('promotes nothing while Box asks to come back in 100 seconds', async () => {
    const serving = await versionWith('AWSCURRENT');
    await stage.cli(['secret', 'stage'], secretWith());
    const fault = { kind: 'status', status: 429, headers: { 'retry-after': '100' } } as const;
    stage.sandbox.box.faults.always({ path: '/oauth2/token' }, fault);
    const promoted = await stage.json(['secret', 'promote']);
    stage.sandbox.box.faults.clear();
    expect(promoted).toMatchObject({ exitCode: 1, value: { promoted: false, check: { said: expect.stringContaining('100 seconds') } } });
    expect(await versionWith('AWSCURRENT')).toBe(serving);
  });

  it('lets the new secret serve after one more test, and keeps the old one as the previous', async () => {
    const old = await versionWith('AWSCURRENT');
    stage.sandbox.box.app.resetSecret('a-new-client-secret-0001');
    const staged = await stage.json(['secret', 'stage'], secretWith());
    expect(staged).toMatchObject({ exitCode: 0, value: { granted: true, versionStage: 'AWSPENDING' } });
    expect(await versionWith('AWSCURRENT')).toBe(old);
    const promoted = await stage.json(['secret', 'promote']);
    expect(promoted).toMatchObject({ exitCode: 0, value: { promoted: true } });
    expect(await versionWith('AWSCURRENT')).toBe((staged.value as { versionId: string }).versionId);
    expect(await versionWith('AWSPREVIOUS')).toBe(old);
    expect((await stage.cli(['doctor'])).exitCode).toBe(0);
    expect((await stage.cli(['secret', 'promote'])).exitCode).toBe(2);
  });
});

describe('secret status', () => {
  it('tells versions, stages and ages, and never a value', async () => {
    await stage.cli(['secret', 'put'], secretWith());
    const { value } = await stage.json(['secret', 'status']);
    expect(value).toMatchObject({
      stage: 'sandbox',
      secrets: [{ app: 'default', secretArn: expect.stringContaining('arn:aws:secretsmanager'), versions: expect.any(Array) }],
    });
    const text = JSON.stringify(value) + (await stage.cli(['secret', 'status'])).stdout;
    expect(text).toContain('AWSCURRENT');
    expect(text).not.toContain(stage.sandbox.box.app.clientSecret);
  });
});
