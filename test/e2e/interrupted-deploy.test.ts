import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { type Aws, startAws } from '../sandbox/aws/index.ts';
import { openSandbox } from '../sandbox/sandbox.ts';
import { altered, failing } from './altered.ts';

const foundation = 'Nightporter-sandbox-Foundation';

let aws: Aws;
beforeEach(async () => {
  aws = await startAws({ assembly: inject('assembly') });
});
afterEach(() => aws.stop());

it('a first deployment that fails at its end leaves nothing to pay for, and succeeds when it is repeated', async () => {
  await using broken = await altered(inject('assembly'), failing, { stack: 'Foundation' });
  await expect(aws.deploy(broken.folder)).rejects.toThrow('Effect must be Allow or Deny');
  expect(aws.remains()).toEqual([]);
  await aws.deploy();
  expect(aws.outputs(foundation)).toHaveProperty('BoxSecretArnDefault');
});

it('a deployment that fails between two stacks is gone on with, and keeps what the first has', async () => {
  await using broken = await altered(inject('assembly'), failing);
  await expect(aws.deploy(broken.folder)).rejects.toThrow('Effect must be Allow or Deny');
  const before = aws.outputs(foundation);
  await aws.deploy();
  expect(aws.outputs(foundation)).toEqual(before);
});

it('an update that fails half-way leaves the stage working, secret and claims as they were', async () => {
  await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 5 } });
  await sandbox.putSecret();
  const due = new Date('2026-11-21T02:00:00Z');
  await sandbox.run('storage-report', due);
  await using broken = await altered(inject('assembly'), failing);
  await expect(sandbox.aws.deploy(broken.folder)).rejects.toThrow('Effect must be Allow or Deny');
  expect(await sandbox.run('storage-report', due)).toMatchObject({ payload: 'duplicate' });
  expect(await sandbox.run('storage-report', new Date('2026-11-22T02:00:00Z'))).toMatchObject({ payload: { users: 5 } });
});

it('a stage that was destroyed is deployed again beside what it left: another bucket, another secret, nothing in its way', async () => {
  await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 5 } });
  await sandbox.putSecret();
  await sandbox.run('storage-report', new Date('2026-11-21T02:00:00Z'));
  const { ReportBucketName, BoxSecretArnDefault } = sandbox.aws.outputs(foundation);
  const remains = (await sandbox.aws.destroy()).map(({ ref }) => ref);
  expect(remains).toEqual(expect.arrayContaining([ReportBucketName, BoxSecretArnDefault]));
  await sandbox.aws.deploy();
  const anew = sandbox.aws.outputs(foundation);
  expect(remains).not.toContain(anew.ReportBucketName);
  expect(remains).not.toContain(anew.BoxSecretArnDefault);
  await sandbox.putSecret();
  expect(await sandbox.run('storage-report', new Date('2026-11-21T02:00:00Z'))).toMatchObject({ payload: { users: 5 } });
});
