import { Container, type Outcome } from './container.ts';
import { type FunctionConfiguration, functionEnvironment } from './function-environment.ts';

/** What became of one invocation. */
export interface Attempt {
  readonly outcome: 'response' | 'error' | 'timeout' | 'exit';
  /** The handler's answer, or Lambda's error object ({errorType, errorMessage, trace}). */
  readonly payload: unknown;
  readonly durationMs: number;
  /** Only for a cold start. */
  readonly initMs?: number;
  readonly requestId: string;
  readonly coldStart: boolean;
}

export interface LogLine {
  readonly functionName: string;
  /** Absent for what is written outside an invocation (init). */
  readonly requestId?: string;
  readonly text: string;
}

export interface FunctionHost {
  readonly region: string;
  /** Set for every function on top of its own variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly now: () => number;
  /** Whether `now` is the caller's clock, which the functions then follow. */
  readonly ownsClock: boolean;
  onLog(line: LogLine): void;
}

/** Lambda allows init this long; what takes longer, or fails, runs again as part of the invocation. */
const initLimit = 10_000;
const responseLimit = 6 * 1024 * 1024;
const tooLarge: Outcome = {
  kind: 'error',
  payload: JSON.stringify({
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${responseLimit} bytes).`,
  }),
};

/** A function with its warm containers. */
export class LambdaFunction {
  readonly configuration: FunctionConfiguration;
  readonly #host: FunctionHost;
  readonly #idle: Container[] = [];
  readonly #containers = new Set<Container>();

  constructor(configuration: FunctionConfiguration, host: FunctionHost) {
    this.configuration = configuration;
    this.#host = host;
  }

  /** Takes a warm container or starts one; as many at a time as there are invocations. */
  async invoke(payload: string, requestId: string): Promise<Attempt> {
    const startedAt = performance.now();
    const warm = this.#idle.pop();
    const container = warm ?? (await this.#start());
    const initMs = warm === undefined ? performance.now() - startedAt : undefined;
    const invokedAt = performance.now();
    const outcome = container instanceof Container ? await this.#run(container, payload, requestId) : container;
    return {
      outcome: outcome.kind,
      payload: this.#payload(outcome, requestId),
      durationMs: performance.now() - invokedAt,
      ...(initMs === undefined ? {} : { initMs }),
      requestId,
      coldStart: warm === undefined,
    };
  }

  /** Process ids of its containers, for those who watch memory. */
  processIds(): readonly number[] {
    return [...this.#containers].flatMap((container) => container.processId ?? []);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#containers].map((container) => container.stop()));
  }

  async #start(): Promise<Container | Outcome> {
    const first = await this.#startWithin(initLimit);
    return first instanceof Container ? first : this.#startWithin(this.configuration.timeoutSeconds * 1000);
  }

  async #startWithin(limit: number): Promise<Container | Outcome> {
    const { name, taskRoot } = this.configuration;
    const container = await Container.spawn({
      taskRoot,
      environment: functionEnvironment(this.configuration, this.#host.region, this.#host.environment),
      clockOffset: this.#host.ownsClock ? this.#clockOffset() : undefined,
      onLine: (text, requestId) => this.#host.onLog({ functionName: name, text, ...(requestId === undefined ? {} : { requestId }) }),
    });
    this.#containers.add(container);
    container.ended.then(() => this.#forget(container));
    return (await container.initialise(limit)) ?? container;
  }

  #forget(container: Container): void {
    this.#containers.delete(container);
    const index = this.#idle.indexOf(container);
    if (index >= 0) this.#idle.splice(index, 1);
  }

  async #run(container: Container, payload: string, requestId: string): Promise<Outcome> {
    const limit = this.configuration.timeoutSeconds * 1000;
    const deadline = this.#host.now() + limit;
    const invocation = { requestId, payload, functionArn: this.configuration.arn, deadline, clockOffset: this.#clockOffset() };
    const outcome = await container.invoke(invocation, limit);
    if (this.#containers.has(container)) this.#idle.push(container);
    return Buffer.byteLength(outcome.payload) > responseLimit ? tooLarge : outcome;
  }

  #clockOffset(): number {
    return this.#host.ownsClock ? this.#host.now() - Date.now() : 0;
  }

  #payload(outcome: Outcome, requestId: string): unknown {
    if (outcome.kind === 'timeout') {
      const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${this.configuration.timeoutSeconds}.00 seconds`;
      return { errorType: 'Sandbox.Timedout', errorMessage };
    }
    if (outcome.kind === 'exit') {
      return {
        errorType: 'Runtime.ExitError',
        errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${outcome.payload}`,
      };
    }
    return outcome.payload === '' ? undefined : (JSON.parse(outcome.payload) as unknown);
  }
}
