import { randomUUID } from 'node:crypto';
import { AwsError } from '../http/aws-error.ts';
import type { FunctionConfiguration } from './function-environment.ts';
import { type Attempt, type FunctionHost, LambdaFunction } from './lambda-function.ts';

/** AWS::Lambda::EventInvokeConfig: what happens to an asynchronous invocation that fails. */
export interface AsynchronousConfiguration {
  readonly retries: number;
  /** ARNs of SQS queues. */
  readonly onFailure?: string;
  readonly onSuccess?: string;
}

/** Sends to a queue as the function's role; false when the role may not. */
export type Deliver = (lambdaFunction: LambdaFunction, queueArn: string, body: string) => Promise<boolean>;

export interface LambdaHost extends FunctionHost {
  readonly deliver: Deliver;
  onAttempt(functionName: string, attempt: Attempt): void;
  /** A record of an asynchronous invocation reached no destination. */
  onUndelivered(functionName: string): void;
}

const synchronousLimit = 6 * 1024 * 1024;
const asynchronousLimit = 256 * 1024;
const asOnAws: AsynchronousConfiguration = { retries: 2 };

/** The functions of the deployment. Versions and aliases are names of the one code that is deployed. */
export class Lambda {
  readonly #host: LambdaHost;
  readonly #functions = new Map<string, LambdaFunction>();
  readonly #asynchronous = new Map<string, AsynchronousConfiguration>();

  constructor(host: LambdaHost) {
    this.#host = host;
  }

  add(configuration: FunctionConfiguration): void {
    this.#functions.set(configuration.name, new LambdaFunction(configuration, this.#host));
  }

  configureAsynchronous(functionName: string, configuration: AsynchronousConfiguration): void {
    this.#asynchronous.set(this.find(functionName).configuration.name, configuration);
  }

  /** By name or ARN, with or without a qualifier. @throws AwsError `ResourceNotFoundException`. */
  find(nameOrArn: string): LambdaFunction {
    const name = /^(?:arn:aws:lambda:[^:]*:\d+:function:)?([^:]+)/.exec(nameOrArn)?.[1] ?? nameOrArn;
    const found = this.#functions.get(name);
    if (found === undefined) throw new AwsError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, 404);
    return found;
  }

  /** RequestResponse: one attempt. @throws AwsError `RequestTooLargeException`. */
  async invoke(nameOrArn: string, payload: unknown): Promise<Attempt> {
    const text = JSON.stringify(payload ?? {});
    refuseOver(synchronousLimit, text);
    return this.#attempt(this.find(nameOrArn), text, randomUUID());
  }

  /**
   * Event: retried as the function's EventInvokeConfig says (without AWS's minutes between attempts), then handed to its destination.
   * @throws AwsError `RequestTooLargeException`, before any attempt.
   */
  async invokeAsynchronously(nameOrArn: string, text: string): Promise<readonly Attempt[]> {
    refuseOver(asynchronousLimit, text);
    const lambdaFunction = this.find(nameOrArn);
    const { retries, onFailure, onSuccess } = this.#asynchronous.get(lambdaFunction.configuration.name) ?? asOnAws;
    const requestId = randomUUID();
    const attempts: Attempt[] = [];
    while (attempts.length <= retries && attempts.at(-1)?.outcome !== 'response') {
      attempts.push(await this.#attempt(lambdaFunction, text, requestId));
    }
    const succeeded = attempts.at(-1)?.outcome === 'response';
    const destination = succeeded ? onSuccess : onFailure;
    if (destination !== undefined) {
      const delivered = await this.#host.deliver(lambdaFunction, destination, this.#destinationRecord(lambdaFunction, text, attempts));
      if (!delivered) this.#host.onUndelivered(lambdaFunction.configuration.name);
    }
    return attempts;
  }

  /** Of every container, by function name. */
  processIds(): ReadonlyMap<string, readonly number[]> {
    return new Map([...this.#functions].map(([name, lambdaFunction]) => [name, lambdaFunction.processIds()]));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#functions.values()].map((lambdaFunction) => lambdaFunction.stop()));
  }

  async #attempt(lambdaFunction: LambdaFunction, text: string, requestId: string): Promise<Attempt> {
    const attempt = await lambdaFunction.invoke(text, requestId);
    this.#host.onAttempt(lambdaFunction.configuration.name, attempt);
    return attempt;
  }

  /** AWS doc: "Capturing records of Lambda asynchronous invocations". */
  #destinationRecord({ configuration }: LambdaFunction, text: string, attempts: readonly Attempt[]): string {
    const last = attempts.at(-1);
    const succeeded = last?.outcome === 'response';
    return JSON.stringify({
      version: '1.0',
      timestamp: new Date(this.#host.now()).toISOString(),
      requestContext: {
        requestId: last?.requestId,
        functionArn: `${configuration.arn}:$LATEST`,
        condition: succeeded ? 'Success' : 'RetriesExhausted',
        approximateInvokeCount: attempts.length,
      },
      requestPayload: JSON.parse(text) as unknown,
      responseContext: { statusCode: 200, executedVersion: '$LATEST', ...(succeeded ? {} : { functionError: 'Unhandled' }) },
      responsePayload: last?.payload,
    });
  }
}

function refuseOver(limit: number, text: string): void {
  if (Buffer.byteLength(text) <= limit) return;
  throw new AwsError('RequestTooLargeException', `Request must be smaller than ${limit} bytes for the InvokeFunction operation`, 413);
}
