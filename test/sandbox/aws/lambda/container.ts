import type { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { LogReader } from './log-reader.ts';
import type { OrphanGuard } from './orphan-guard.ts';
import type { ResourceWatch } from './resource-watch.ts';
import { type Invocation, RuntimeApi } from './runtime-api.ts';
import { type RuntimeProcessOptions, signalGroup, spawnRuntime } from './runtime-process.ts';

export interface ContainerOptions extends RuntimeProcessOptions {
  readonly memoryBytes: number;
  /** Its own, removed at its end. */
  readonly temporaryFolder: string;
  readonly temporaryBytes: number;
  readonly watch: ResourceWatch;
  readonly guard: OrphanGuard;
  onLine(text: string, requestId: string | undefined): void;
}

/** `payload` is JSON text as the runtime sent it, or as Lambda words the failure. */
export interface Outcome {
  readonly kind: 'response' | 'error' | 'timeout' | 'exit';
  readonly payload: string;
  /** Of an exit: the limit that was exceeded. */
  readonly exceeded?: 'memory' | 'storage';
}

/** One execution environment: a process of AWS's own Node runtime that takes one invocation at a time. */
export class Container {
  /** Settles when the process is gone, its port closed and its temporary folder removed. */
  readonly ended: Promise<void>;
  readonly #options: ContainerOptions;
  readonly #process: ChildProcess;
  readonly #api: RuntimeApi;
  readonly #initialised: Promise<Outcome | undefined>;
  #isInitialising = true;
  #isFrozen = false;
  #exceeded: Outcome['exceeded'];
  #requestId: string | undefined;
  #answer: Outcome | undefined;
  #marks = 0;
  #settle: ((outcome: Outcome) => void) | undefined;
  #isDying = false;
  #end: Outcome | undefined;

  private constructor(options: ContainerOptions, api: RuntimeApi, initialised: Promise<Outcome | undefined>) {
    this.#options = options;
    this.#api = api;
    this.#initialised = initialised;
    this.#process = spawnRuntime(options, api.address);
    this.ended = this.#live(this.#process);
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
    this.#isInitialising = false;
    this.#settle = undefined;
    if (failure !== undefined) await this.stop();
    return failure;
  }

  /** Settles when the answer and every log line of the invocation are in, or when the process is gone or out of time. */
  async invoke(invocation: Invocation, limitMilliseconds: number): Promise<Outcome> {
    // It died after it was chosen.
    if (this.#end) return this.#end;
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#requestId = invocation.requestId;
    this.#answer = undefined;
    this.#marks = 0;
    this.#settle = resolve;
    if (this.#isFrozen) signalGroup(this.#process, 'SIGCONT');
    this.#isFrozen = false;
    this.#api.deliver(invocation);
    const outcome = await within(promise, limitMilliseconds);
    this.#settle = undefined;
    if (outcome.kind === 'timeout' || outcome.kind === 'exit') await this.stop();
    this.#requestId = undefined;
    return outcome;
  }

  /** Whether it may be given an invocation: its process has neither ended nor been told to. */
  get isAlive(): boolean {
    return !this.#isDying;
  }

  get processId(): number | undefined {
    return this.#process.pid;
  }

  /** Stops the process, and what it has started, in its tracks until the next invocation, as Lambda does between invocations. */
  freeze(): void {
    this.#isFrozen = signalGroup(this.#process, 'SIGSTOP');
  }

  /** Ends the process with all that it has started, and closes its port. */
  async stop(): Promise<void> {
    this.#isDying = true;
    signalGroup(this.#process, 'SIGKILL');
    await this.ended;
  }

  async #live(child: ChildProcess): Promise<void> {
    const readers = [child.stdout, child.stderr].map((stream) => {
      const reader = new LogReader(
        (text) => this.#options.onLine(text, this.#requestId),
        (requestId) => this.#marked(requestId),
      );
      stream?.on('data', (chunk: Buffer) => reader.read(chunk));
      return reader;
    });
    child.on('error', (error) => this.#options.onLine(error.message, undefined));
    const unwatch = this.#watch(child);
    this.#options.guard.add(child.pid ?? 0);
    // What it has started would hold the streams open, and is gone on Lambda too.
    child.once('exit', () => {
      this.#isDying = true;
      signalGroup(child, 'SIGKILL');
    });
    // 'close' comes after both streams are read to their ends.
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
      child.once('close', (...ending) => resolve(ending));
    });
    unwatch();
    this.#options.guard.remove(child.pid ?? 0);
    for (const reader of readers) reader.finish();
    const exceeded = this.#exceeded === undefined ? {} : { exceeded: this.#exceeded };
    this.#end = { kind: 'exit', payload: code === null ? `signal: ${signal}` : `exit status ${code}`, ...exceeded };
    this.#settle?.(this.#end);
    await Promise.all([this.#api.close(), rm(this.#options.temporaryFolder, { recursive: true, force: true })]);
  }

  #watch(child: ChildProcess): () => void {
    const { watch, memoryBytes, temporaryFolder, temporaryBytes } = this.#options;
    const isIdle = () => !this.#isInitialising && this.#requestId === undefined;
    const watched = {
      processId: child.pid ?? 0,
      memoryBytes,
      temporaryFolder,
      temporaryBytes,
      get isIdle() {
        return isIdle();
      },
      exceeded: (limit: 'memory' | 'storage') => {
        this.#exceeded = limit;
        signalGroup(child, 'SIGKILL');
      },
    };
    watch.add(watched);
    return () => watch.remove(watched);
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
