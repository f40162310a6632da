import {
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  ReEncryptCommand,
} from '@aws-sdk/client-kms';
import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actAs, actor, asOperator } from '../fixture/act-as.ts';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

let aws: Aws;
let kms: KMSClient;
let KeyId: string;
let outputs: Readonly<Record<string, string>>;

function build(stack: Stack): void {
  const key = new Key(stack, 'Key', { description: 'tokens' });
  new Alias(stack, 'Alias', { aliasName: 'alias/tokens', targetKey: key });
  output(stack, 'key', key.keyArn);
  output(stack, 'other', new Key(stack, 'Other').keyArn);
  const actions = ['kms:Encrypt', 'kms:Decrypt'];
  const use = (id: string, conditions: Record<string, object>) =>
    actor(stack, id).addToRolePolicy(new PolicyStatement({ actions, resources: [key.keyArn], conditions }));
  use('reader', { StringEquals: { 'kms:EncryptionContext:table': 'tokens' } });
  use('strict', {
    'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['table'] },
    Null: { 'kms:EncryptionContextKeys': 'false' },
  });
  use('viaStore', { StringEquals: { 'kms:ViaService': 'dynamodb.eu-west-1.amazonaws.com' } });
  actor(stack, 'bare');
}

beforeAll(async () => {
  aws = await startAws({ assembly: synthesiseStack(build) });
  await aws.deploy();
  outputs = aws.outputs('Test');
  KeyId = outputs.key ?? '';
  kms = new KMSClient(asOperator(aws));
});
afterAll(() => aws.stop());

const context = { table: 'tokens', key: 'pk' };
const encrypt = async (client = kms, EncryptionContext: Record<string, string> = context) => {
  const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('a token'), EncryptionContext }));
  return CiphertextBlob;
};
const decrypt = async (CiphertextBlob: Uint8Array | undefined, EncryptionContext: Record<string, string> = context, client = kms) =>
  Buffer.from((await client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))).Plaintext ?? []).toString();

test('a ciphertext opens under its own encryption context, in whatever order', async () => {
  expect(await decrypt(await encrypt(), { key: 'pk', table: 'tokens' })).toBe('a token');
});

test('another context, another key or a changed bit opens nothing', async () => {
  const blob = await encrypt();
  await expect(decrypt(blob, { table: 'tokens' })).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  const withOther = new DecryptCommand({ CiphertextBlob: blob, EncryptionContext: context, KeyId: outputs.other });
  await expect(kms.send(withOther)).rejects.toMatchObject({ name: 'IncorrectKeyException' });
  await expect(decrypt(Buffer.from('no ciphertext'))).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  await fc.assert(
    fc.asyncProperty(fc.nat((blob?.length ?? 1) - 1), async (position) => {
      const changed = Buffer.from(blob ?? []);
      changed[position] = (changed[position] ?? 0) ^ 1;
      await expect(decrypt(changed)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    }),
    { numRuns: 25 },
  );
});

test('a data key comes in the clear and encrypted, and is re-encrypted without being seen', async () => {
  const made = await kms.send(new GenerateDataKeyCommand({ KeyId: 'alias/tokens', KeySpec: 'AES_256', EncryptionContext: context }));
  expect(made).toMatchObject({ KeyId });
  expect(Buffer.from(made.Plaintext ?? [])).toHaveLength(32);
  const { CiphertextBlob } = await kms.send(
    new ReEncryptCommand({ CiphertextBlob: made.CiphertextBlob, SourceEncryptionContext: context, DestinationKeyId: outputs.other }),
  );
  const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob }));
  expect(Buffer.from(Plaintext ?? [])).toEqual(Buffer.from(made.Plaintext ?? []));
});

test('policies decide by encryption context and by the service in between', async () => {
  const as = async (id: string) => new KMSClient(await actAs(aws, id));
  expect(await decrypt(await encrypt(await as('reader')), context, await as('reader'))).toBe('a token');
  await expect(encrypt(await as('reader'), { table: 'runs' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(encrypt(await as('strict'), context)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(await encrypt(await as('strict'), { table: 'tokens' })).toBeDefined();
  await expect(encrypt(await as('strict'), {})).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(encrypt(await as('viaStore'))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(encrypt(await as('bare'))).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('a key that is disabled or not there says so', async () => {
  const blob = await encrypt();
  await kms.send(new DisableKeyCommand({ KeyId }));
  await expect(decrypt(blob)).rejects.toMatchObject({ name: 'DisabledException' });
  expect((await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata).toMatchObject({ KeyState: 'Disabled', Description: 'tokens' });
  await kms.send(new EnableKeyCommand({ KeyId }));
  expect(await decrypt(blob)).toBe('a token');
  await expect(kms.send(new DescribeKeyCommand({ KeyId: 'alias/nobody' }))).rejects.toMatchObject({ name: 'NotFoundException' });
});
