import { AwsError } from '../http/aws-error.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { parseReference } from './function-reference.ts';
import type { ContainerHost } from './function-version.ts';
import { LambdaFunction, type Target } from './lambda-function.ts';

/** The functions of the deployment, by name. */
export class FunctionRegistry {
  readonly #region: string;
  readonly #accountId: string;
  readonly #host: ContainerHost;
  readonly #functions = new Map<string, LambdaFunction>();

  constructor(accountId: string, host: ContainerHost) {
    this.#region = host.region;
    this.#accountId = accountId;
    this.#host = host;
  }

  /** Deploys a function, or other code and settings of one that is there. */
  async put(configuration: FunctionConfiguration, reservedConcurrency = Number.POSITIVE_INFINITY): Promise<void> {
    const existing = this.#functions.get(configuration.name);
    const lambdaFunction = existing ?? new LambdaFunction(configuration, this.#host);
    this.#functions.set(configuration.name, lambdaFunction);
    lambdaFunction.slots.limit = reservedConcurrency;
    await existing?.update(configuration);
  }

  async remove(name: string): Promise<void> {
    const lambdaFunction = this.#functions.get(name);
    this.#functions.delete(name);
    await lambdaFunction?.close();
  }

  get functions(): readonly LambdaFunction[] {
    return [...this.#functions.values()];
  }

  /** By name or ARN, with or without a qualifier. @throws AwsError `ResourceNotFoundException`. */
  find(reference: string): LambdaFunction {
    const found = this.#functions.get(parseReference(reference).name);
    if (found === undefined) throw new AwsError('ResourceNotFoundException', `Function not found: ${this.arn(reference)}`, 404);
    return found;
  }

  /** @throws AwsError `ResourceNotFoundException` when there is no such function, alias or version */
  target(reference: string, qualifier?: string): Target {
    const parsed = parseReference(reference, qualifier);
    return this.find(parsed.name).target(parsed.qualifier);
  }

  /** Of what a reference names, whether it exists or not. */
  arn(reference: string, qualifier?: string): string {
    const parsed = parseReference(reference, qualifier);
    const suffix = parsed.qualifier === undefined ? '' : `:${parsed.qualifier}`;
    return `arn:aws:lambda:${this.#region}:${this.#accountId}:function:${parsed.name}${suffix}`;
  }

  /** Of every container, by function name. */
  processIds(): ReadonlyMap<string, readonly number[]> {
    return new Map([...this.#functions].map(([name, lambdaFunction]) => [name, lambdaFunction.processIds()]));
  }

  /** Kills one container (by process id), or all of a function (by name or ARN), in the middle of whatever they do. @returns how many */
  async kill(target: number | string): Promise<number> {
    if (typeof target === 'string') return this.find(target).kill();
    const counts = await Promise.all(this.functions.map((lambdaFunction) => lambdaFunction.kill(target)));
    return counts.reduce((sum, count) => sum + count, 0);
  }
}
