import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { freshClone, root } from '../infra/context.ts';
import { type Aws, startAws } from '../sandbox/aws/index.ts';
import { type BoxSimulator, startBox } from '../sandbox/box/server.ts';
import { synthesize } from '../sandbox/start/synthesize.ts';

const stages = ['sandbox', 'dev'] as const;

let folder: string | undefined;
let aws: Aws;
let box: BoxSimulator;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nightporter-stages-'));
  const dev = join(folder, 'cdk.out');
  await synthesize(root, dev, new AbortController().signal, 'dev', freshClone(join(folder, 'clone')));
  box = await startBox({ users: 7 });
  aws = await startAws({ assembly: inject('assembly'), environment: { BOX_ENDPOINT_URL: box.url } });
  await aws.deploy();
  await aws.deploy(dev, { parameters: { 'Nightporter-dev-Jobs:Armed': 'true' } });
}, 90_000);
afterAll(async () => {
  await aws?.stop();
  await box?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const foundation = (stage: string) => aws.outputs(`Nightporter-${stage}-Foundation`);

async function putSecret(stage: string, clientSecret: string): Promise<void> {
  const { clientId, enterpriseId } = box.app;
  const client = new SecretsManagerClient({ endpoint: aws.endpoint, region: aws.operator.region, credentials: aws.operator });
  const value = { boxAppSettings: { clientID: clientId, clientSecret }, enterpriseID: enterpriseId };
  await client.send(new PutSecretValueCommand({ SecretId: foundation(stage).BoxSecretArnDefault, SecretString: JSON.stringify(value) }));
}

async function run(stage: string, scheduledTime: Date) {
  const { StorageReportSchedule = '' } = aws.outputs(`Nightporter-${stage}-Jobs`);
  return (await aws.fire(StorageReportSchedule, { scheduledTime })).attempts.at(-1);
}

it('two stages of one account do not see each other: neither credentials nor claims nor reports', async () => {
  await putSecret('sandbox', box.app.clientSecret);
  await putSecret('dev', 'not the secret');
  const due = new Date('2026-11-22T02:00:00Z');
  expect(await run('sandbox', due)).toMatchObject({ payload: { users: 7 } });
  expect(await run('dev', due)).toMatchObject({ outcome: 'error' });
  await putSecret('dev', box.app.clientSecret);
  expect(await run('dev', new Date('2026-11-23T02:00:00Z'))).toMatchObject({ payload: { users: 7 } });

  const own = (stage: string) => [...Object.values(foundation(stage)), ...Object.values(aws.outputs(`Nightporter-${stage}-Jobs`))];
  for (const [stage, other] of [stages, stages.toReversed()] as const) {
    const calls = aws.journal.calls().filter(({ principal }) => new RegExp(`/nightporter/${stage}/|Nightporter-${stage}-`).test(principal));
    expect(calls.length, stage).toBeGreaterThan(10);
    const reached = calls.flatMap(({ resource }) => own(other ?? '').filter((name) => name.length > 8 && resource.includes(name)));
    expect(reached, `${stage} reached ${other}`).toEqual([]);
  }
});
