import { randomUUID } from 'node:crypto';
import { AwsError } from '../http/aws-error.ts';
import { type Input, type JsonOperation, jsonService, textOf } from '../http/json-service.ts';
import { pageOf, pageSize } from '../http/page.ts';
import type { Keys } from '../kms/keys.ts';
import type { Service } from '../service.ts';
import { current, type Secret, type SecretVersion } from './secret.ts';
import type { SecretBook } from './secret-book.ts';
import { deletionOf, describe, describeVersion, headOf, named, secretValue } from './wire.ts';

interface Action {
  /** Of a secret that has a key of its own. */
  readonly keyActions: readonly string[];
  /** Whether a secret that is marked for deletion answers too. */
  readonly whenDeleted?: boolean;
  answer(secret: Secret, input: Input, book: SecretBook): unknown;
}

const signingName = 'secretsmanager';
/** Versions of one answer. */
const pageLimit = 100;
const writes = ['kms:GenerateDataKey', 'kms:Decrypt'];

const actions: Readonly<Record<string, Action>> = {
  GetSecretValue: {
    keyActions: ['kms:Decrypt'],
    answer: (secret, input) => {
      const { id, stages, value, createdAt } = secret.find(textOf(input, 'VersionId'), textOf(input, 'VersionStage'));
      return { ...headOf(secret), VersionId: id, VersionStages: stages, CreatedDate: createdAt / 1000, ...value };
    },
  },
  PutSecretValue: {
    keyActions: writes,
    answer: (secret, input, book) => {
      const { id, stages } = put(secret, input, book);
      return { ...headOf(secret), VersionId: id, VersionStages: stages };
    },
  },
  UpdateSecretVersionStage: {
    keyActions: [],
    answer: (secret, input) => {
      secret.moveStage(String(input.VersionStage), textOf(input, 'RemoveFromVersionId'), textOf(input, 'MoveToVersionId'));
      return headOf(secret);
    },
  },
  ListSecretVersionIds: {
    keyActions: [],
    answer: (secret, input) => {
      const listed = secret.versions.filter(({ stages }) => input.IncludeDeprecated === true || stages.length > 0);
      const { items, next } = pageOf(
        listed,
        textOf(input, 'NextToken'),
        pageSize(input.MaxResults, pageLimit),
        'InvalidNextTokenException',
      );
      return { ...headOf(secret), Versions: items.map(describeVersion), NextToken: next };
    },
  },
  DescribeSecret: { keyActions: [], whenDeleted: true, answer: describe },
  DeleteSecret: {
    keyActions: [],
    whenDeleted: true,
    answer: (secret, input, { now }) => {
      secret.deletion = deletionOf(input, now());
      return { ...headOf(secret), DeletionDate: secret.deletion.finalAt / 1000 };
    },
  },
  RestoreSecret: {
    keyActions: [],
    whenDeleted: true,
    answer: (secret) => {
      secret.deletion = undefined;
      return headOf(secret);
    },
  },
};

/** Secrets with versions, staging labels and a recovery window. Resource ARNs are full, with their six characters. */
export function secretsManager(book: SecretBook, keys: Keys): Service {
  const onSecrets = Object.entries(actions).map(([name, action]) => [name, onSecret(name, action, book, keys)] as const);
  return jsonService(signingName, 'secretsmanager.', { ...Object.fromEntries(onSecrets), CreateSecret: creation(book, keys) });
}

function onSecret(name: string, { keyActions, whenDeleted, answer }: Action, book: SecretBook, keys: Keys): JsonOperation {
  return {
    needs: (input) => {
      const id = textOf(input, 'SecretId') ?? '';
      const secret = book.find(id);
      const version = secret && versionUsed(secret, name, input);
      const context = { SecretARN: secret?.arn ?? id, ...(version === undefined ? {} : { SecretVersionId: version }) };
      // There is nothing to decrypt in a secret without a value.
      const keyNeeds = version === undefined ? [] : keys.needs(secret?.kmsKey, keyActions, signingName, context);
      return [{ action: `secretsmanager:${name}`, resource: secret?.arn ?? id, context: named(input) }, ...keyNeeds];
    },
    answer: (input) => {
      const secret = book.find(textOf(input, 'SecretId') ?? '');
      if (secret === undefined) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
      if (secret.deletion === undefined || whenDeleted) return answer(secret, input, book);
      const message = "You can't perform this operation on the secret because it was marked for deletion.";
      throw new AwsError('InvalidRequestException', message);
    },
  };
}

function creation(book: SecretBook, keys: Keys): JsonOperation {
  return {
    needs: (input) => {
      const resource = book.nextArn(textOf(input, 'Name') ?? '');
      const keyNeeds = keys.needs(textOf(input, 'KmsKeyId'), writes, signingName, { SecretARN: resource });
      return [{ action: 'secretsmanager:CreateSecret', resource }, ...keyNeeds];
    },
    answer: (input) => {
      const name = textOf(input, 'Name') ?? '';
      const former = book.find(name);
      const isRepeated = former?.versions.some(({ id }) => id === input.ClientRequestToken);
      const secret = former && isRepeated ? former : book.create(name, textOf(input, 'KmsKeyId'), undefined, textOf(input, 'Description'));
      const hasValue = (input.SecretString ?? input.SecretBinary) !== undefined;
      return { ...headOf(secret), ...(hasValue ? { VersionId: put(secret, input, book).id } : {}) };
    },
  };
}

function put(secret: Secret, input: Input, { now }: SecretBook): SecretVersion {
  const stages = Array.isArray(input.VersionStages) ? input.VersionStages.map(String) : [current];
  return secret.put(textOf(input, 'ClientRequestToken') ?? randomUUID(), secretValue(input), stages, now());
}

/** The id of the version whose data key the operation uses. */
function versionUsed(secret: Secret, operation: string, input: Input): string | undefined {
  if (operation === 'PutSecretValue') return textOf(input, 'ClientRequestToken') ?? '';
  const id = textOf(input, 'VersionId');
  const stage = textOf(input, 'VersionStage') ?? current;
  return secret.versions.find((each) => (id === undefined ? each.stages.includes(stage) : each.id === id))?.id;
}
