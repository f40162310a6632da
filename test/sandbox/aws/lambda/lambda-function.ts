import { AwsError } from '../http/aws-error.ts';
import type { AsynchronousConfiguration } from './asynchronous.ts';
import { type FunctionConfiguration, fingerprint } from './function-configuration.ts';
import { type ContainerHost, FunctionVersion } from './function-version.ts';
import { Slots } from './slots.ts';

export interface Alias {
  readonly name: string;
  /** Number of the version that it points to. */
  readonly version: string;
  readonly description: string;
}

/** What an invocation runs: a version, by the name that the caller used. */
export interface Target {
  readonly lambdaFunction: LambdaFunction;
  readonly version: FunctionVersion;
  /** With the caller's qualifier, if there was one. */
  readonly arn: string;
  /** As given; absent means `$LATEST`. */
  readonly qualifier: string | undefined;
}

export const latestVersion = '$LATEST';

/** A function with its published versions, which stay what they were, and its aliases. */
export class LambdaFunction {
  readonly aliases = new Map<string, Alias>();
  /** By qualifier. */
  readonly asynchronous = new Map<string, AsynchronousConfiguration>();
  /** Reserved concurrency; without one there is no limit here. */
  readonly slots = new Slots(Number.POSITIVE_INFINITY);
  readonly #host: ContainerHost;
  readonly #published = new Map<string, FunctionVersion>();
  readonly #retired = new Set<FunctionVersion>();
  #latest: FunctionVersion;
  #lastNumber = 0;

  constructor(configuration: FunctionConfiguration, host: ContainerHost) {
    this.#host = host;
    this.#latest = new FunctionVersion(configuration, host);
  }

  /** Of `$LATEST`. */
  get configuration(): FunctionConfiguration {
    return this.#latest.configuration;
  }

  /** `$LATEST` first, then by number. */
  get versions(): readonly FunctionVersion[] {
    return [this.#latest, ...this.#published.values()];
  }

  async update(configuration: FunctionConfiguration): Promise<void> {
    if (fingerprint(configuration) === fingerprint(this.configuration)) return;
    const replaced = this.#latest;
    this.#latest = new FunctionVersion(configuration, this.#host);
    await this.#retire(replaced);
  }

  /** Makes a version of what `$LATEST` is now. @throws Error, as CloudFormation, when the last version is the same */
  publish(description = ''): string {
    const last = this.#published.get(String(this.#lastNumber));
    const configuration = { ...this.configuration, ...(description === '' ? {} : { description }) };
    if (last !== undefined && fingerprint(last.configuration) === fingerprint(configuration))
      throw new Error(`A version of ${configuration.name} with the same code and settings exists already: ${this.#lastNumber}`);
    this.#lastNumber += 1;
    const version = String(this.#lastNumber);
    this.#published.set(version, new FunctionVersion({ ...configuration, version }, this.#host));
    return version;
  }

  /** @throws AwsError `ResourceConflictException` while an alias points to it */
  async removeVersion(number: string): Promise<void> {
    const version = this.#published.get(number);
    const alias = this.aliases.values().find((each) => each.version === number);
    if (alias !== undefined) throw new AwsError('ResourceConflictException', `The alias ${alias.name} references version ${number}.`, 409);
    if (version === undefined) return;
    this.#published.delete(number);
    await this.#retire(version);
  }

  /** @throws AwsError `ResourceNotFoundException` */
  target(qualifier: string | undefined): Target {
    const { arn } = this.configuration;
    const number = this.aliases.get(qualifier ?? '')?.version ?? qualifier ?? latestVersion;
    const version = number === latestVersion ? this.#latest : this.#published.get(number);
    const qualified = qualifier === undefined ? arn : `${arn}:${qualifier}`;
    if (version === undefined) throw new AwsError('ResourceNotFoundException', `Function not found: ${qualified}`, 404);
    return { lambdaFunction: this, version, arn: qualified, qualifier };
  }

  processIds(): readonly number[] {
    return this.#all().flatMap((version) => version.processIds());
  }

  async kill(processId?: number): Promise<number> {
    const counts = await Promise.all(this.#all().map((version) => version.kill(processId)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Ends everything at once, for good. */
  async close(): Promise<void> {
    await Promise.all(this.#all().map((version) => version.close()));
  }

  async #retire(version: FunctionVersion): Promise<void> {
    this.#retired.add(version);
    await version.retire();
  }

  #all(): readonly FunctionVersion[] {
    return [...this.versions, ...this.#retired];
  }
}
