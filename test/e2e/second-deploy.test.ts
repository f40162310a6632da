import { expect, inject, it } from 'vitest';
import { openSandbox } from '../sandbox/sandbox.ts';
import { altered, onFunctions } from './altered.ts';

const foundation = 'Nightporter-sandbox-Foundation';

it('a second deployment of the same stage changes nothing, and running containers stay', async () => {
  await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 5 } });
  const { aws } = sandbox;
  await sandbox.putSecret();
  await sandbox.run('storage-report', new Date('2026-11-21T02:00:00Z'));
  const before = { outputs: aws.outputs(foundation), containers: aws.containers() };
  const { resources, remains } = await aws.deploy();
  expect({ resources, remains }).toEqual({ resources: sandbox.resources, remains: [] });
  expect({ outputs: aws.outputs(foundation), containers: aws.containers() }).toEqual(before);
  expect(await sandbox.run('storage-report', new Date('2026-11-22T02:00:00Z'))).toMatchObject({ outcome: 'response', coldStart: false });
});

it('a deployment of changed functions keeps secret, claims and reports', async () => {
  await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 5 } });
  await using changed = await altered(inject('assembly'), onFunctions({ Timeout: 120 }));
  const { aws } = sandbox;
  await sandbox.putSecret();
  const due = new Date('2026-11-22T02:00:00Z');
  await sandbox.run('storage-report', due);
  await aws.deploy(changed.folder);
  expect(await sandbox.run('storage-report', due)).toMatchObject({ outcome: 'response', payload: 'duplicate' });
  expect(await sandbox.run('storage-report', new Date('2026-11-23T02:00:00Z'))).toMatchObject({ payload: { users: 5 } });
  expect(await sandbox.reportKeys()).toHaveLength(8);
});

it('what holds credentials, claims and reports outlives the stage, and so do its keys', async () => {
  await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 5 } });
  const remains = await sandbox.aws.destroy();
  expect(remains.filter(({ reason }) => reason !== 'retained')).toEqual([]);
  const types = new Map([...Map.groupBy(remains, ({ type }) => type)].map(([type, all]) => [type, all.length]));
  expect(types).toEqual(
    new Map([
      ['AWS::KMS::Key', 2],
      ['AWS::SecretsManager::Secret', 1],
      ['AWS::S3::Bucket', 2],
      ['AWS::DynamoDB::Table', 2],
    ]),
  );
});
