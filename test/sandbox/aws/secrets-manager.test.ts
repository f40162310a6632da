import { DescribeSecretCommand, GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asOperator } from './fixture/act-as.ts';
import { output, synthesiseStack } from './fixture/synthesise.ts';
import { type Aws, startAws } from './index.ts';

let aws: Aws;
let client: SecretsManagerClient;
let outputs: Readonly<Record<string, string>>;

beforeAll(async () => {
  const assembly = synthesiseStack((stack) => {
    output(stack, 'valueless', new CfnSecret(stack, 'Valueless').ref);
    output(stack, 'rotated', new CfnSecret(stack, 'Rotated', { name: 'box/rotated' }).ref);
    const generateSecretString = { secretStringTemplate: '{"user":"ada"}', generateStringKey: 'password' };
    output(stack, 'generated', new Secret(stack, 'Generated', { generateSecretString }).secretArn);
  });
  aws = await startAws({ assembly, now: () => Date.parse('2026-11-22T02:00:00Z') });
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
