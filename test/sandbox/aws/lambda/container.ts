import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { LogReader } from './log-reader.ts';
import { type Invocation, RuntimeApi } from './runtime-api.ts';

export interface ContainerOptions {
  readonly taskRoot: string;
  /** All that the process gets: nothing of the sandbox's own environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** How far the sandbox's clock is ahead of the machine's; absent when it is the machine's. */
  readonly clockOffset: number | undefined;
  onLine(text: string, requestId: string | undefined): void;
}

/** `payload` is JSON text as the runtime sent it, or as Lambda words the failure. */
export interface Outcome {
  readonly kind: 'response' | 'error' | 'timeout' | 'exit';
  readonly payload: string;
}

const runtime = createRequire(import.meta.url).resolve('aws-lambda-ric');
const preload = fileURLToPath(new URL('preload.cjs', import.meta.url));
const clock = fileURLToPath(new URL('clock.cjs', import.meta.url));

/** One execution environment: a process of AWS's own Node runtime that takes one invocation at a time. */
export class Container {
  /** Settles when the process is gone and its port closed. */
  readonly ended: Promise<void>;
  readonly #options: ContainerOptions;
  readonly #process: ChildProcess;
  readonly #api: RuntimeApi;
  readonly #initialised: Promise<Outcome | undefined>;
  #requestId: string | undefined;
  #answer: Outcome | undefined;
  #marks = 0;
  #settle: ((outcome: Outcome) => void) | undefined;

  private constructor(options: ContainerOptions, api: RuntimeApi, initialised: Promise<Outcome | undefined>) {
    this.#options = options;
    this.#api = api;
    this.#initialised = initialised;
    const preloads = options.clockOffset === undefined ? [preload] : [clock, preload];
    this.#process = spawn(process.execPath, [...preloads.flatMap((file) => ['--require', file]), runtime, String(options.clockOffset)], {
      cwd: options.taskRoot,
      env: { ...options.environment, AWS_LAMBDA_RUNTIME_API: api.address },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = this.#watch(this.#process);
  }

  /** Starts the process; its init runs on. */
  static async spawn(options: ContainerOptions): Promise<Container> {
    const initialised = Promise.withResolvers<Outcome | undefined>();
    let answered = (_requestId: string, _answer: Outcome): void => {};
    const api = await RuntimeApi.listen({
      ready: () => initialised.resolve(undefined),
      initFailed: (error) => initialised.resolve({ kind: 'error', payload: error }),
      answered: (requestId, kind, payload) => answered(requestId, { kind, payload }),
    });
    const container = new Container(options, api, initialised.promise);
    container.#settle = initialised.resolve;
    answered = (requestId, answer) => container.#answered(requestId, answer);
    return container;
  }

  /** Waits for the end of init; what is returned says why the container, stopped by then, can't be used. */
  async initialise(limitMilliseconds: number): Promise<Outcome | undefined> {
    const failure = await within(this.#initialised, limitMilliseconds);
    this.#settle = undefined;
    if (failure !== undefined) await this.stop();
    return failure;
  }

  /** Settles when the answer and every log line of the invocation are in, or when the process is gone or out of time. */
  async invoke(invocation: Invocation, limitMilliseconds: number): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#requestId = invocation.requestId;
    this.#answer = undefined;
    this.#marks = 0;
    this.#settle = resolve;
    this.#api.deliver(invocation);
    const outcome = await within(promise, limitMilliseconds);
    this.#settle = undefined;
    if (outcome.kind === 'timeout' || outcome.kind === 'exit') await this.stop();
    this.#requestId = undefined;
    return outcome;
  }

  get processId(): number | undefined {
    return this.#process.pid;
  }

  /** Ends the process and closes its port. */
  async stop(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.ended;
  }

  async #watch(child: ChildProcess): Promise<void> {
    const readers = [child.stdout, child.stderr].map((stream) => {
      const reader = new LogReader(
        (text) => this.#options.onLine(text, this.#requestId),
        (requestId) => this.#marked(requestId),
      );
      stream?.on('data', (chunk: Buffer) => reader.read(chunk));
      return reader;
    });
    child.on('error', (error) => this.#options.onLine(error.message, undefined));
    // 'close' comes after both streams are read to their ends.
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
      child.once('close', (...ending) => resolve(ending));
    });
    for (const reader of readers) reader.finish();
    this.#settle?.({ kind: 'exit', payload: code === null ? `signal: ${signal}` : `exit status ${code}` });
    await this.#api.close();
  }

  #answered(requestId: string, answer: Outcome): void {
    if (requestId !== this.#requestId) return;
    this.#answer = answer;
    this.#finishWhenComplete();
  }

  #marked(requestId: string): void {
    if (requestId !== this.#requestId) return;
    this.#marks += 1;
    this.#finishWhenComplete();
  }

  #finishWhenComplete(): void {
    if (this.#answer !== undefined && this.#marks === 2) this.#settle?.(this.#answer);
  }
}

async function within<T>(promise: Promise<T>, limitMilliseconds: number): Promise<T | Outcome> {
  const { promise: late, resolve } = Promise.withResolvers<Outcome>();
  const timer = setTimeout(() => resolve({ kind: 'timeout', payload: '' }), limitMilliseconds);
  const first = await Promise.race([promise, late]);
  clearTimeout(timer);
  return first;
}
