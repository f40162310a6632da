import { randomBytes } from 'node:crypto';
import { AwsError } from '../http/aws-error.ts';
import { type Input, type JsonOperation, jsonService, textOf } from '../http/json-service.ts';
import type { Need } from '../iam/authorize.ts';
import type { Service } from '../service.ts';
import { decrypt, encrypt, keyIdIn } from './envelope.ts';
import { contextKeys, type EncryptionContext, type Keys, type KmsKey } from './keys.ts';

const longestPlaintext = 4096;
const algorithm = 'SYMMETRIC_DEFAULT';

/** KMS for callers of their own: symmetric keys, whose ciphertexts open under their key and encryption context only. */
export function keyManagementService(keys: Keys, accountId: string): Service {
  const need = (action: string, key: string, context: EncryptionContext = {}): Need => ({
    action: `kms:${action}`,
    resource: keys.arnOf(key),
    context: {
      ...contextKeys(context),
      'kms:EncryptionAlgorithm': algorithm,
      ...(key.includes('alias/') ? { 'kms:RequestAlias': key.slice(key.indexOf('alias/')) } : {}),
    },
  });
  const usable = (key: string): KmsKey => {
    const found = existing(keys, key);
    if (found.state === 'Disabled') throw new AwsError('DisabledException', `${found.arn} is disabled.`);
    if (found.state === 'PendingDeletion') throw new AwsError('KMSInvalidStateException', `${found.arn} is pending deletion.`);
    return found;
  };
  const onKey = (action: string, answer: (key: KmsKey, input: Input) => unknown, find = usable): JsonOperation => ({
    needs: (input) => [need(action, textOf(input, 'KeyId') ?? '', contextOf(input, 'EncryptionContext'))],
    answer: (input) => answer(find(textOf(input, 'KeyId') ?? ''), input),
  });
  const dataKey = (key: KmsKey, input: Input) => {
    const plaintext = randomBytes(dataKeyBytes(input));
    return { plaintext, CiphertextBlob: encrypt(key, plaintext, contextOf(input, 'EncryptionContext')).toString('base64'), KeyId: key.arn };
  };
  const setState = (state: KmsKey['state']) => (key: KmsKey) => {
    key.state = state;
    return { KeyId: key.arn, KeyState: state };
  };
  const any = (key: string) => existing(keys, key);
  return jsonService('kms', 'TrentService.', {
    Encrypt: onKey('Encrypt', (key, input) => {
      const plaintext = Buffer.from(textOf(input, 'Plaintext') ?? '', 'base64');
      if (plaintext.length === 0 || plaintext.length > longestPlaintext) {
        throw new AwsError('ValidationException', `1 validation error detected: plaintext must have 1 to ${longestPlaintext} bytes`);
      }
      const CiphertextBlob = encrypt(key, plaintext, contextOf(input, 'EncryptionContext')).toString('base64');
      return { CiphertextBlob, KeyId: key.arn, EncryptionAlgorithm: algorithm };
    }),
    Decrypt: {
      needs: (input) => [need('Decrypt', textOf(input, 'KeyId') ?? keyIdIn(blobOf(input)), contextOf(input, 'EncryptionContext'))],
      answer: (input) => {
        const key = usable(keyIdOf(input, 'KeyId', keys));
        const plaintext = decrypt(key, blobOf(input), contextOf(input, 'EncryptionContext'));
        return { Plaintext: plaintext.toString('base64'), KeyId: key.arn, EncryptionAlgorithm: algorithm };
      },
    },
    GenerateDataKey: onKey('GenerateDataKey', (key, input) => {
      const { plaintext, ...made } = dataKey(key, input);
      return { ...made, Plaintext: plaintext.toString('base64') };
    }),
    GenerateDataKeyWithoutPlaintext: onKey('GenerateDataKeyWithoutPlaintext', (key, input) => {
      const { CiphertextBlob, KeyId } = dataKey(key, input);
      return { CiphertextBlob, KeyId };
    }),
    ReEncrypt: {
      needs: (input) => [
        need('ReEncryptFrom', textOf(input, 'SourceKeyId') ?? keyIdIn(blobOf(input)), contextOf(input, 'SourceEncryptionContext')),
        need('ReEncryptTo', textOf(input, 'DestinationKeyId') ?? '', contextOf(input, 'DestinationEncryptionContext')),
      ],
      answer: (input) => {
        const source = usable(keyIdOf(input, 'SourceKeyId', keys));
        const destination = usable(textOf(input, 'DestinationKeyId') ?? '');
        const plaintext = decrypt(source, blobOf(input), contextOf(input, 'SourceEncryptionContext'));
        const CiphertextBlob = encrypt(destination, plaintext, contextOf(input, 'DestinationEncryptionContext')).toString('base64');
        return { CiphertextBlob, SourceKeyId: source.arn, KeyId: destination.arn };
      },
    },
    DescribeKey: onKey('DescribeKey', (key) => ({ KeyMetadata: describe(key, accountId) }), any),
    DisableKey: onKey('DisableKey', setState('Disabled'), any),
    EnableKey: onKey('EnableKey', setState('Enabled'), any),
    ScheduleKeyDeletion: onKey('ScheduleKeyDeletion', setState('PendingDeletion'), any),
    CancelKeyDeletion: onKey('CancelKeyDeletion', setState('Disabled'), any),
  });
}

function existing(keys: Keys, key: string): KmsKey {
  const found = keys.find(key);
  if (found === undefined) throw new AwsError('NotFoundException', `Key '${keys.arnOf(key)}' does not exist`);
  return found;
}

/** @throws AwsError `InvalidCiphertextException` for what is none, `IncorrectKeyException` when the caller names another key than the ciphertext */
function keyIdOf(input: Input, name: string, keys: Keys): string {
  const inBlob = keyIdIn(blobOf(input));
  if (keys.find(inBlob) === undefined) throw new AwsError('InvalidCiphertextException', 'The ciphertext is of no key of this account.');
  const asked = textOf(input, name);
  if (asked === undefined || keys.find(asked)?.id === inBlob) return inBlob;
  throw new AwsError('IncorrectKeyException', 'The key ID in the request does not identify a CMK that can perform this operation.');
}

function blobOf(input: Input): Buffer {
  return Buffer.from(textOf(input, 'CiphertextBlob') ?? '', 'base64');
}

function contextOf(input: Input, name: string): EncryptionContext {
  return (input[name] ?? {}) as EncryptionContext;
}

/** @throws AwsError `ValidationException` */
function dataKeyBytes({ KeySpec, NumberOfBytes }: Input): number {
  if (KeySpec === 'AES_256') return 32;
  if (KeySpec === 'AES_128') return 16;
  const count = Number(NumberOfBytes);
  if (count >= 1 && count <= 1024) return count;
  throw new AwsError('ValidationException', 'Please specify either number of bytes or key spec.');
}

function describe({ id, arn, state, description, createdAt }: KmsKey, accountId: string): object {
  return {
    AWSAccountId: accountId,
    KeyId: id,
    Arn: arn,
    CreationDate: createdAt / 1000,
    Description: description,
    Enabled: state === 'Enabled',
    KeyState: state,
    KeyManager: 'CUSTOMER',
    KeySpec: algorithm,
    KeyUsage: 'ENCRYPT_DECRYPT',
    EncryptionAlgorithms: [algorithm],
    MultiRegion: false,
    Origin: 'AWS_KMS',
  };
}
