import { randomBytes } from 'node:crypto';
import { AwsError } from '../http/aws-error.ts';
import type { Need } from '../iam/authorize.ts';
import type { RequestContext } from '../iam/condition.ts';
import type { UnusableKey } from './key-refusal.ts';

export type EncryptionContext = Readonly<Record<string, string>>;

export interface KmsKey {
  readonly id: string;
  readonly arn: string;
  readonly description: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Never leaves the process. */
  readonly material: Buffer;
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
}

/** The keys of the deployment, and what services ask of them in their callers' names. */
export class Keys {
  readonly #prefix: string;
  readonly #region: string;
  readonly #now: () => number;
  readonly #keys = new Map<string, KmsKey>();
  /** By name and by ARN, to the key's id. */
  readonly #aliases = new Map<string, string>();

  constructor(region: string, accountId: string, now: () => number) {
    this.#region = region;
    this.#prefix = `arn:aws:kms:${region}:${accountId}:`;
    this.#now = now;
  }

  arn(keyId: string): string {
    return `${this.#prefix}key/${keyId}`;
  }

  create(id: string, description: string): void {
    this.#keys.set(id, { id, arn: this.arn(id), description, createdAt: this.#now(), material: randomBytes(32), state: 'Enabled' });
  }

  scheduleDeletion(id: string): void {
    const key = this.#keys.get(id);
    if (key !== undefined) key.state = 'PendingDeletion';
  }

  /** @throws AwsError `AlreadyExistsException` */
  addAlias(alias: string, key: string): void {
    if (this.#aliases.has(alias)) throw new AwsError('AlreadyExistsException', `An alias with the name ${alias} already exists`);
    this.moveAlias(alias, key);
  }

  moveAlias(alias: string, key: string): void {
    for (const name of [alias, `${this.#prefix}${alias}`]) this.#aliases.set(name, this.#idOf(key));
  }

  removeAlias(alias: string): void {
    for (const name of [alias, `${this.#prefix}${alias}`]) this.#aliases.delete(name);
  }

  /** By id, ARN, alias or ARN of an alias. */
  find(key: string): KmsKey | undefined {
    return this.#keys.get(this.#idOf(key));
  }

  /** The ARN that `key` stands for, whether there is such a key or not. */
  arnOf(key: string): string {
    const id = this.#idOf(key);
    return id.startsWith('arn:') ? id : this.arn(id);
  }

  /**
   * What using a resource encrypted by `key` (id, ARN or alias) asks of the caller; nothing for AWS's own keys.
   * @param service signing name of the service that calls KMS on the caller's behalf
   */
  needs(key: string | undefined, actions: readonly string[], service: string, encryptionContext: EncryptionContext = {}): Need[] {
    if (key === undefined || key.includes('alias/aws/')) return [];
    const context = {
      'aws:ViaAWSService': 'true',
      'kms:ViaService': `${service}.${this.#region}.amazonaws.com`,
      ...contextKeys(encryptionContext),
    };
    return actions.map((action) => ({ action, resource: this.arnOf(key), context }));
  }

  /** The key that an action needs, when its state forbids it. */
  unusable({ action, resource }: Need): UnusableKey | undefined {
    const key = this.find(resource);
    return key === undefined || key.state === 'Enabled' ? undefined : { arn: key.arn, state: key.state, action };
  }

  #idOf(key: string): string {
    const target = this.#aliases.get(key) ?? key;
    return target.startsWith(`${this.#prefix}key/`) ? target.slice(`${this.#prefix}key/`.length) : target;
  }
}

/** What an encryption context is to conditions. */
export function contextKeys(context: EncryptionContext): RequestContext {
  const pairs = Object.entries(context).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]);
  return { ...Object.fromEntries(pairs), ...(pairs.length === 0 ? {} : { 'kms:EncryptionContextKeys': Object.keys(context) }) };
}
