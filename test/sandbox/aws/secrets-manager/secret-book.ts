import { createHash, randomUUID } from 'node:crypto';
import { AwsError } from '../http/aws-error.ts';
import { Secret } from './secret.ts';

/** The secrets of the account. */
export class SecretBook {
  readonly now: () => number;
  readonly #secrets = new Set<Secret>();
  /** How many secrets of a name there have been: each gets an ARN of its own. */
  readonly #namesakes = new Map<string, number>();
  readonly #arnPrefix: string;

  constructor(now: () => number, region: string, accountId: string) {
    this.now = now;
    this.#arnPrefix = `arn:aws:secretsmanager:${region}:${accountId}:secret:`;
  }

  /**
   * A secret without `value` exists and has no version: reading it says ResourceNotFoundException, as on AWS.
   * @throws AwsError when the name is taken
   */
  create(name: string, kmsKey: string | undefined, value: string | undefined, description?: string): Secret {
    const taken = this.find(name);
    if (taken?.deletion !== undefined) {
      const message = 'You can’t create this secret because a secret with this name is already scheduled for deletion.';
      throw new AwsError('InvalidRequestException', message);
    }
    if (taken !== undefined)
      throw new AwsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`);
    const secret = new Secret(this.nextArn(name), name, kmsKey, description, this.now());
    this.#secrets.add(secret);
    this.#namesakes.set(name, (this.#namesakes.get(name) ?? 0) + 1);
    if (value !== undefined) secret.put(randomUUID(), { SecretString: value }, [], this.now());
    return secret;
  }

  /** What an update of the template changes in place. */
  change(arn: string, kmsKey: string | undefined, value: string | undefined, description: string | undefined): void {
    const secret = this.find(arn);
    if (secret === undefined) return;
    secret.kmsKey = kmsKey;
    secret.description = description;
    if (value !== undefined) secret.put(randomUUID(), { SecretString: value }, ['AWSCURRENT'], this.now());
  }

  /** At once, as CloudFormation does. */
  remove(arn: string): void {
    const secret = this.find(arn);
    if (secret !== undefined) this.#secrets.delete(secret);
  }

  /** By ARN, name, or ARN without its six characters; not after its recovery window. */
  find(id: string): Secret | undefined {
    for (const secret of this.#secrets)
      if ((secret.deletion?.finalAt ?? Number.POSITIVE_INFINITY) <= this.now()) this.#secrets.delete(secret);
    return [...this.#secrets].find((each) => each.arn === id || each.name === id || each.arn.slice(0, -7) === id);
  }

  /** What a new secret of that name would get. */
  nextArn(name: string): string {
    const hash = createHash('sha256').update(name.repeat((this.#namesakes.get(name) ?? 0) + 1));
    return `${this.#arnPrefix}${name}-${hash.digest('hex').slice(0, 6)}`;
  }
}
