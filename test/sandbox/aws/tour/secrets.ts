import * as Kms from '@aws-sdk/client-kms';
import * as Secrets from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { Place } from './place.ts';
import type { Tour } from './stop.ts';

const SecretId = 'nobody';
const secret = ({ outputs }: Place) => ({ SecretId: outputs.secret });
const notFound = 'ResourceNotFoundException';

export const secretsmanager: Tour = {
  CreateSecret: {
    works: ({ secrets }) => secrets.send(new Secrets.CreateSecretCommand({ Name: 'of-the-tour', SecretString: 'a' })),
    refused: ['ResourceExistsException', ({ secrets }) => secrets.send(new Secrets.CreateSecretCommand({ Name: 'of-the-tour' }))],
  },
  GetSecretValue: {
    works: (place) => place.secrets.send(new Secrets.GetSecretValueCommand(secret(place))),
    refused: [notFound, ({ secrets }) => secrets.send(new Secrets.GetSecretValueCommand({ SecretId }))],
  },
  PutSecretValue: {
    works: (place) => place.secrets.send(new Secrets.PutSecretValueCommand({ ...secret(place), SecretString: 'b' })),
    refused: [notFound, ({ secrets }) => secrets.send(new Secrets.PutSecretValueCommand({ SecretId, SecretString: 'b' }))],
  },
  ListSecretVersionIds: {
    works: (place) => place.secrets.send(new Secrets.ListSecretVersionIdsCommand(secret(place))),
    refused: [notFound, ({ secrets }) => secrets.send(new Secrets.ListSecretVersionIdsCommand({ SecretId }))],
  },
  UpdateSecretVersionStage: {
    works: async (place) => {
      const { VersionId } = await place.secrets.send(new Secrets.GetSecretValueCommand(secret(place)));
      const move = { ...secret(place), VersionStage: 'OF_THE_TOUR', MoveToVersionId: VersionId };
      return place.secrets.send(new Secrets.UpdateSecretVersionStageCommand(move));
    },
    refused: [
      notFound,
      ({ secrets }) => secrets.send(new Secrets.UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'OF_THE_TOUR' })),
    ],
  },
  DescribeSecret: {
    works: (place) => place.secrets.send(new Secrets.DescribeSecretCommand(secret(place))),
    refused: [notFound, ({ secrets }) => secrets.send(new Secrets.DescribeSecretCommand({ SecretId }))],
  },
  DeleteSecret: {
    works: (place) => place.secrets.send(new Secrets.DeleteSecretCommand(secret(place))),
    refused: [notFound, ({ secrets }) => secrets.send(new Secrets.DeleteSecretCommand({ SecretId }))],
  },
  RestoreSecret: {
    works: (place) => place.secrets.send(new Secrets.RestoreSecretCommand(secret(place))),
    refused: [notFound, ({ secrets }) => secrets.send(new Secrets.RestoreSecretCommand({ SecretId }))],
  },
};

const KeyId = 'nobody';
const key = ({ outputs }: Place) => ({ KeyId: outputs.key });
const Plaintext = Buffer.from('text');
const CiphertextBlob = Buffer.from('no ciphertext');
const ciphertext = async (place: Place) => {
  const encrypted = await place.kms.send(new Kms.EncryptCommand({ ...key(place), Plaintext }));
  return { CiphertextBlob: encrypted.CiphertextBlob };
};
const noKey = 'NotFoundException';

export const kms: Tour = {
  Encrypt: {
    works: ciphertext,
    refused: [noKey, ({ kms: client }) => client.send(new Kms.EncryptCommand({ KeyId, Plaintext }))],
  },
  Decrypt: {
    works: async (place) => place.kms.send(new Kms.DecryptCommand(await ciphertext(place))),
    refused: ['InvalidCiphertextException', ({ kms: client }) => client.send(new Kms.DecryptCommand({ CiphertextBlob }))],
  },
  ReEncrypt: {
    works: async (place) => place.kms.send(new Kms.ReEncryptCommand({ ...(await ciphertext(place)), DestinationKeyId: place.outputs.key })),
    refused: [
      'InvalidCiphertextException',
      ({ kms: client, outputs }) => client.send(new Kms.ReEncryptCommand({ CiphertextBlob, DestinationKeyId: outputs.key })),
    ],
  },
  GenerateDataKey: {
    works: (place) => place.kms.send(new Kms.GenerateDataKeyCommand({ ...key(place), KeySpec: 'AES_256' })),
    refused: [noKey, ({ kms: client }) => client.send(new Kms.GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))],
  },
  GenerateDataKeyWithoutPlaintext: {
    works: (place) => place.kms.send(new Kms.GenerateDataKeyWithoutPlaintextCommand({ ...key(place), KeySpec: 'AES_256' })),
    refused: [noKey, ({ kms: client }) => client.send(new Kms.GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: 'AES_256' }))],
  },
  DescribeKey: {
    works: (place) => place.kms.send(new Kms.DescribeKeyCommand(key(place))),
    refused: [noKey, ({ kms: client }) => client.send(new Kms.DescribeKeyCommand({ KeyId }))],
  },
  DisableKey: {
    works: (place) => place.kms.send(new Kms.DisableKeyCommand(key(place))),
    refused: [noKey, ({ kms: client }) => client.send(new Kms.DisableKeyCommand({ KeyId }))],
  },
  EnableKey: {
    works: (place) => place.kms.send(new Kms.EnableKeyCommand(key(place))),
    refused: [noKey, ({ kms: client }) => client.send(new Kms.EnableKeyCommand({ KeyId }))],
  },
  ScheduleKeyDeletion: {
    works: (place) => place.kms.send(new Kms.ScheduleKeyDeletionCommand(key(place))),
    refused: [noKey, ({ kms: client }) => client.send(new Kms.ScheduleKeyDeletionCommand({ KeyId }))],
  },
  CancelKeyDeletion: {
    works: (place) => place.kms.send(new Kms.CancelKeyDeletionCommand(key(place))),
    refused: [noKey, ({ kms: client }) => client.send(new Kms.CancelKeyDeletionCommand({ KeyId }))],
  },
};

export const ssm: Tour = {
  GetParameter: {
    works: ({ ssm: client }) => client.send(new GetParameterCommand({ Name: '/cdk-bootstrap/hnb659fds/version' })),
    refused: ['ParameterNotFound', ({ ssm: client }) => client.send(new GetParameterCommand({ Name: '/nobody' }))],
  },
};
