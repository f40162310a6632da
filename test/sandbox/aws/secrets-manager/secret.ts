import { AwsError } from '../http/aws-error.ts';

/** One of the two; binaries in base64, as they come. */
export interface SecretValue {
  readonly SecretString?: string;
  readonly SecretBinary?: string;
}

export interface SecretVersion {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly value: SecretValue;
  stages: readonly string[];
}

export const current = 'AWSCURRENT';
const previous = 'AWSPREVIOUS';

/** A secret with its versions. A staging label is on one version at a time; the version that loses AWSCURRENT becomes AWSPREVIOUS. */
export class Secret {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  kmsKey: string | undefined;
  description: string | undefined;
  /** When it was marked for deletion, and when that will be final. */
  deletion: { readonly markedAt: number; readonly finalAt: number } | undefined;
  readonly versions: SecretVersion[] = [];
  changedAt: number;

  constructor(arn: string, name: string, kmsKey: string | undefined, description: string | undefined, now: number) {
    this.arn = arn;
    this.name = name;
    this.kmsKey = kmsKey;
    this.description = description;
    this.createdAt = now;
    this.changedAt = now;
  }

  /** @throws AwsError `ResourceNotFoundException`, or `InvalidRequestException` when both are given and do not go together */
  find(id: string | undefined, stage: string | undefined): SecretVersion {
    const label = stage ?? (id === undefined ? current : undefined);
    const version = this.versions.find((each) => (id === undefined ? each.stages.includes(String(label)) : each.id === id));
    if (version === undefined) {
      const wanted = id === undefined ? `staging label: ${label}` : `VersionId: ${id}`;
      throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${wanted}`);
    }
    if (label === undefined || version.stages.includes(label)) return version;
    throw new AwsError('InvalidRequestException', 'You provided a VersionStage that is not associated to the provided VersionId.');
  }

  /**
   * A repeated token changes nothing.
   * @param token becomes the version's id
   * @throws AwsError `ResourceExistsException` when that version holds another value
   */
  put(token: string, value: SecretValue, stages: readonly string[], now: number): SecretVersion {
    const repeated = this.versions.find(({ id }) => id === token);
    if (repeated !== undefined) {
      if (JSON.stringify(repeated.value) === JSON.stringify(value)) return repeated;
      const message = `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${this.arn}.`;
      throw new AwsError('ResourceExistsException', message);
    }
    const version: SecretVersion = { id: token, createdAt: now, value, stages: [] };
    const labels = this.versions.length === 0 ? [...new Set([...stages, current])] : stages;
    this.versions.push(version);
    this.changedAt = now;
    for (const label of labels) this.#label(label, version);
    return version;
  }

  /** @throws AwsError `InvalidParameterException` when the label is on another version than the one it is to leave */
  moveStage(stage: string, from: string | undefined, to: string | undefined): void {
    const holder = this.versions.find(({ stages }) => stages.includes(stage));
    if (to === undefined && stage === current) {
      throw new AwsError(
        'InvalidParameterException',
        'You can only move staging label AWSCURRENT to a different secret version. It can’t be completely removed.',
      );
    }
    if (holder !== undefined && holder.id !== to && holder.id !== from) {
      const attached = `Staging label ${stage} is currently attached to version ${holder.id}`;
      throw new AwsError('InvalidParameterException', `${attached}, so you must explicitly reference that version in RemoveFromVersionId.`);
    }
    if (from !== undefined && holder?.id !== from) {
      throw new AwsError('InvalidParameterException', `Staging label ${stage} is not attached to version ${from}.`);
    }
    const target = to === undefined ? undefined : this.#version(to);
    if (target !== undefined) this.#label(stage, target);
    else if (holder !== undefined) holder.stages = holder.stages.filter((each) => each !== stage);
  }

  #version(id: string): SecretVersion {
    const version = this.versions.find((each) => each.id === id);
    if (version !== undefined) return version;
    throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret version: ${id}`);
  }

  #label(stage: string, version: SecretVersion): void {
    const holder = this.versions.find(({ stages }) => stages.includes(stage));
    if (holder === version) return;
    if (holder !== undefined) holder.stages = holder.stages.filter((each) => each !== stage);
    if (stage === current && holder !== undefined) this.#label(previous, holder);
    version.stages = [...version.stages, stage];
  }
}
