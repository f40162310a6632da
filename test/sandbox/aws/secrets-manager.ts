import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { AwsError } from './http/aws-error.ts';
import type { AwsRequest } from './http/aws-request.ts';
import type { Keys } from './kms.ts';
import type { Operation, Service } from './service.ts';

interface SecretVersion {
  readonly id: string;
  readonly createdAt: number;
  readonly value: { readonly SecretString?: string; readonly SecretBinary?: string };
  stages: string[];
}

interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  readonly kmsKey: string | undefined;
  readonly versions: SecretVersion[];
}

type Input = Readonly<Record<string, unknown>>;

const current = 'AWSCURRENT';
const previous = 'AWSPREVIOUS';
/** KMS actions that each operation asks of the caller, on a secret with a key of its own. */
const keyActions: Readonly<Record<string, readonly string[]>> = {
  GetSecretValue: ['kms:Decrypt'],
  PutSecretValue: ['kms:GenerateDataKey', 'kms:Decrypt'],
  DescribeSecret: [],
};

/** GetSecretValue, PutSecretValue and DescribeSecret; secrets are made by the template. Resource ARNs are full, with their six characters. */
export class SecretsManager implements Service {
  readonly signingName = 'secretsmanager';
  readonly protocol = 'json';
  readonly #secrets: Secret[] = [];
  readonly #keys: Keys;
  readonly #now: () => number;

  constructor(keys: Keys, now: () => number) {
    this.#keys = keys;
    this.#now = now;
  }

  /** A secret without `value` exists and has no version: reading it says ResourceNotFoundException, as on AWS. */
  create(arn: string, name: string, kmsKey: string | undefined, value: string | undefined): void {
    const secret: Secret = { arn, name, createdAt: this.#now(), kmsKey, versions: [] };
    this.#secrets.push(secret);
    if (value !== undefined) this.#put(secret, { SecretString: value });
  }

  async operation(request: AwsRequest): Promise<Operation | undefined> {
    const name = request.header('x-amz-target')?.replace('secretsmanager.', '') ?? '';
    const actions = keyActions[name];
    if (actions === undefined) return undefined;
    const input = await request.json();
    const id = String(input.SecretId);
    const secret = this.#secrets.find((each) => each.arn === id || each.name === id || each.arn.slice(0, -7) === id);
    // There is nothing to decrypt in a secret without a value.
    const usesKey = secret !== undefined && (name !== 'GetSecretValue' || secret.versions.length > 0);
    const needs = !usesKey ? [] : this.#keys.needs(secret.kmsKey, actions, this.signingName, { SecretARN: secret.arn });
    return {
      needs: [{ action: `secretsmanager:${name}`, resource: secret?.arn ?? id }, ...needs],
      answer: async (reply) => {
        if (secret === undefined) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
        if (name === 'GetSecretValue') return send(reply, this.#get(secret, input));
        return send(reply, name === 'PutSecretValue' ? this.#put(secret, input) : describe(secret));
      },
    };
  }

  #get(secret: Secret, input: Input): unknown {
    const stage = input.VersionStage ?? (input.VersionId === undefined ? current : undefined);
    const version = secret.versions.find(
      ({ id, stages }) =>
        (input.VersionId === undefined || id === input.VersionId) && (stage === undefined || stages.includes(String(stage))),
    );
    if (version === undefined) {
      const wanted = input.VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${input.VersionId}`;
      throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${wanted}`);
    }
    const { id, stages, value, createdAt } = version;
    return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: stages, CreatedDate: createdAt / 1000, ...value };
  }

  #put(secret: Secret, input: Input): unknown {
    const { SecretString, SecretBinary } = input;
    if ((SecretString === undefined) === (SecretBinary === undefined)) {
      throw new AwsError('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
    }
    const value = { ...(SecretString === undefined ? { SecretBinary: String(SecretBinary) } : { SecretString: String(SecretString) }) };
    const id = String(input.ClientRequestToken ?? randomUUID());
    const repeated = secret.versions.find((version) => version.id === id);
    if (repeated !== undefined) {
      const same = JSON.stringify(repeated.value) === JSON.stringify(value);
      if (!same) throw new AwsError('ResourceExistsException', `A version with the token ${id} exists with another value.`);
      return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: repeated.stages };
    }
    const asked = Array.isArray(input.VersionStages) ? input.VersionStages.map(String) : [current];
    const stages = secret.versions.length === 0 ? [...new Set([...asked, current])] : asked;
    moveStages(secret, stages);
    secret.versions.push({ id, createdAt: this.#now(), value, stages });
    return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: stages };
  }
}

/** A label is on one version at a time; the version that loses AWSCURRENT becomes AWSPREVIOUS. */
function moveStages(secret: Secret, stages: readonly string[]): void {
  const outgoing = secret.versions.find((version) => version.stages.includes(current));
  const moved = stages.includes(current) ? [...stages, previous] : stages;
  for (const version of secret.versions) version.stages = version.stages.filter((stage) => !moved.includes(stage));
  if (stages.includes(current)) outgoing?.stages.push(previous);
}

function describe(secret: Secret): unknown {
  const labelled = secret.versions.filter((version) => version.stages.length > 0);
  return {
    ARN: secret.arn,
    Name: secret.name,
    KmsKeyId: secret.kmsKey,
    CreatedDate: secret.createdAt / 1000,
    VersionIdsToStages: labelled.length === 0 ? undefined : Object.fromEntries(labelled.map(({ id, stages }) => [id, stages])),
  };
}

function send(reply: ServerResponse, answer: unknown): void {
  reply.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
}
