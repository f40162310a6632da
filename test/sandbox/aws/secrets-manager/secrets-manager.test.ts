import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asOperator } from '../fixture/act-as.ts';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

let aws: Aws;
let client: SecretsManagerClient;
let outputs: Readonly<Record<string, string>>;
let now = Date.parse('2026-11-22T02:00:00Z');

beforeAll(async () => {
  const assembly = synthesiseStack((stack) => {
    output(stack, 'valueless', new CfnSecret(stack, 'Valueless').ref);
    output(stack, 'rotated', new CfnSecret(stack, 'Rotated', { name: 'box/rotated' }).ref);
    const generateSecretString = { secretStringTemplate: '{"user":"ada"}', generateStringKey: 'password' };
    output(stack, 'generated', new Secret(stack, 'Generated', { generateSecretString }).secretArn);
  });
  aws = await startAws({ assembly, now: () => now });
  await aws.deploy();
  outputs = aws.outputs('Test');
  client = new SecretsManagerClient(asOperator(aws));
});
afterAll(() => aws.stop());

const get = (SecretId: string | undefined, more: object = {}) => client.send(new GetSecretValueCommand({ SecretId, ...more }));
const put = (SecretString: string, more: object = {}) =>
  client.send(new PutSecretValueCommand({ SecretId: outputs.rotated, SecretString, ...more }));

test('a secret without a value, and one that is not there, are told apart by AWS’s messages', async () => {
  await expect(get(outputs.valueless)).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
  });
  await expect(get('nothing')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret.",
  });
});

test('a new value becomes AWSCURRENT and the one before it AWSPREVIOUS', async () => {
  const first = await put('first');
  const second = await put('second');
  expect(await get('box/rotated')).toMatchObject({
    SecretString: 'second',
    VersionId: second.VersionId,
    VersionStages: ['AWSCURRENT'],
    ARN: outputs.rotated,
  });
  expect(await get(outputs.rotated, { VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'first', VersionId: first.VersionId });
  expect(await get(outputs.rotated, { VersionId: first.VersionId })).toMatchObject({ SecretString: 'first' });
  const third = await put('third', { VersionStages: ['AWSPENDING'] });
  expect(await get(outputs.rotated)).toMatchObject({ SecretString: 'second' });
  await put('fourth');
  const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: outputs.rotated }));
  expect(VersionIdsToStages).toMatchObject({ [second.VersionId ?? '']: ['AWSPREVIOUS'], [third.VersionId ?? '']: ['AWSPENDING'] });
  await expect(get(outputs.rotated, { VersionId: 'unknown' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a repeated token changes nothing, unless its value differs', async () => {
  const token = { ClientRequestToken: 'a'.repeat(32) };
  await put('repeated', token);
  await put('repeated', token);
  await expect(put('other', token)).rejects.toMatchObject({ name: 'ResourceExistsException' });
});

test('a generated secret has its template and its random part', async () => {
  const { SecretString = '{}' } = await get(outputs.generated);
  expect(JSON.parse(SecretString)).toEqual({ user: 'ada', password: expect.stringMatching(/^.{32}$/) });
});

test('a pending version becomes current when its label is moved, and only from where the label is', async () => {
  const SecretId = (await client.send(new CreateSecretCommand({ Name: 'box/staged', SecretString: 'old' }))).ARN;
  const pending = await client.send(new PutSecretValueCommand({ SecretId, SecretString: 'new', VersionStages: ['AWSPENDING'] }));
  const { VersionId: old } = await get(SecretId);
  const move = (more: object) => client.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'AWSCURRENT', ...more }));
  await expect(move({ MoveToVersionId: pending.VersionId })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining('must explicitly reference that version in RemoveFromVersionId'),
  });
  await expect(move({ RemoveFromVersionId: old })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await expect(move({ RemoveFromVersionId: old, MoveToVersionId: 'c'.repeat(32) })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  await move({ RemoveFromVersionId: old, MoveToVersionId: pending.VersionId });
  expect(await get(SecretId)).toMatchObject({ SecretString: 'new', VersionStages: ['AWSPENDING', 'AWSCURRENT'] });
  expect(await get(SecretId, { VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'old' });
  await client.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'AWSPENDING', RemoveFromVersionId: pending.VersionId }));
  await expect(get(SecretId, { VersionStage: 'AWSPENDING' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(get(SecretId, { VersionId: old, VersionStage: 'AWSCURRENT' })).rejects.toMatchObject({ name: 'InvalidRequestException' });
});

test('versions without a label are deprecated and listed only for who asks', async () => {
  const SecretId = (await client.send(new CreateSecretCommand({ Name: 'box/listed', SecretString: '1' }))).ARN;
  for (const SecretString of ['2', '3']) await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
  const count = async (IncludeDeprecated: boolean) =>
    (await client.send(new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated }))).Versions?.length;
  expect([await count(false), await count(true)]).toEqual([2, 3]);
});

test('a deleted secret can be restored until its window is over', async () => {
  const create = () => client.send(new CreateSecretCommand({ Name: 'box/deleted', SecretString: 'text' }));
  const SecretId = (await create()).ARN;
  const remove = (more: object = {}) => client.send(new DeleteSecretCommand({ SecretId, ...more }));
  await expect(remove({ RecoveryWindowInDays: 3 })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  expect((await remove({ RecoveryWindowInDays: 7 })).DeletionDate).toEqual(new Date(now + 7 * 86_400_000));
  await expect(get(SecretId)).rejects.toMatchObject({ name: 'InvalidRequestException' });
  await expect(create()).rejects.toMatchObject({ name: 'InvalidRequestException' });
  expect(await client.send(new DescribeSecretCommand({ SecretId }))).toMatchObject({ DeletedDate: new Date(now) });
  await client.send(new RestoreSecretCommand({ SecretId }));
  expect(await get(SecretId)).toMatchObject({ SecretString: 'text' });
  await expect(create()).rejects.toMatchObject({ name: 'ResourceExistsException' });
  await remove({ RecoveryWindowInDays: 7 });
  now += 7 * 86_400_000;
  await expect(get(SecretId)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  expect((await create()).ARN).not.toBe(SecretId);
  await remove({ SecretId: 'box/deleted', ForceDeleteWithoutRecovery: true });
  await expect(get('box/deleted')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
