import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attempt, LogLine } from './attempt.ts';
import { Container, type Outcome } from './container.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { functionEnvironment, logStream } from './function-environment.ts';
import type { OrphanGuard } from './orphan-guard.ts';
import { outcomePayload, responseLimit, tooLarge } from './outcome-payload.ts';
import type { ResourceWatch } from './resource-watch.ts';
import type { Slots } from './slots.ts';

export interface ContainerHost {
  readonly region: string;
  /** Set for every function on top of its own variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly now: () => number;
  /** Whether `now` is the caller's clock, which the functions then follow. */
  readonly ownsClock: boolean;
  /** Where containers get their temporary folders. */
  readonly folder: string;
  /** What a container may use above its function's memory: the sandbox cannot tell Node's shared pages from the function's own. */
  readonly memorySlackMiB: number;
  /** Whether idle containers are frozen. */
  readonly freezes: boolean;
  readonly guard: OrphanGuard;
  /** Inits under way at the same time, of all functions. */
  readonly inits: Slots;
  readonly watch: ResourceWatch;
  onLog(line: LogLine): void;
}

/** One event for a function. */
export interface Call {
  /** JSON. */
  readonly text: string;
  readonly requestId: string;
  /** As the caller named it: the ARN of the function, of an alias or of a version. */
  readonly invokedArn: string;
  /** JSON. */
  readonly clientContext?: string;
}

/** Lambda allows init this long; what takes longer, or fails, runs again as part of the invocation. */
const initLimit = 10_000;
const mebibyte = 1024 * 1024;

/** What one version of a function is, and its warm containers. */
export class FunctionVersion {
  readonly configuration: FunctionConfiguration;
  readonly #host: ContainerHost;
  readonly #idle: Container[] = [];
  readonly #containers = new Set<Container>();
  readonly #starting = new Set<Promise<unknown>>();
  #isRetired = false;
  #isClosed = false;

  constructor(configuration: FunctionConfiguration, host: ContainerHost) {
    this.configuration = configuration;
    this.#host = host;
  }

  /** Takes a warm container or starts one; as many at a time as there are invocations. */
  async invoke(call: Call): Promise<Attempt> {
    const warm = this.#takeIdle();
    const started = warm === undefined ? await this.#start() : { container: warm };
    const invokedAt = performance.now();
    const { container } = started;
    const outcome = container instanceof Container ? await this.#run(container, call) : container;
    return {
      outcome: outcome.kind,
      payload: outcomePayload(outcome, call.requestId, this.configuration),
      durationMs: performance.now() - invokedAt,
      ...('initMs' in started ? { initMs: started.initMs } : {}),
      requestId: call.requestId,
      coldStart: warm === undefined,
      executedVersion: this.configuration.version,
    };
  }

  /** Process ids of its containers, for those who watch memory. */
  processIds(): readonly number[] {
    return [...this.#containers].flatMap((container) => container.processId ?? []);
  }

  /** Kills at once, whatever they are doing. @returns how many */
  async kill(processId?: number): Promise<number> {
    const doomed = [...this.#containers].filter((container) => processId === undefined || container.processId === processId);
    await Promise.all(doomed.map((container) => container.stop()));
    return doomed.length;
  }

  /** Its code is replaced or deleted: what runs may end, nothing is kept warm. */
  async retire(): Promise<void> {
    this.#isRetired = true;
    await Promise.all(this.#idle.splice(0).map((container) => container.stop()));
  }

  /** Ends everything at once, for good: what still waits to start does not. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.kill();
    await Promise.allSettled(this.#starting);
  }

  /** One that is being killed stays in the list until it has gone. */
  #takeIdle(): Container | undefined {
    const container = this.#idle.findLast(({ isAlive }) => isAlive);
    if (container) this.#idle.splice(this.#idle.indexOf(container), 1);
    return container;
  }

  async #start(): Promise<{ readonly container: Container | Outcome; readonly initMs: number }> {
    await this.#host.inits.take();
    const startedAt = performance.now();
    try {
      const first = await this.#initialised(initLimit);
      const container = first instanceof Container ? first : await this.#initialised(this.configuration.timeoutSeconds * 1000);
      return { container, initMs: performance.now() - startedAt };
    } finally {
      this.#host.inits.release();
    }
  }

  async #initialised(limit: number): Promise<Container | Outcome> {
    if (this.#isClosed) return { kind: 'exit', payload: 'signal: SIGKILL' };
    const spawning = this.#spawn();
    this.#starting.add(spawning);
    const container = await spawning.finally(() => this.#starting.delete(spawning));
    return (await container.initialise(limit)) ?? container;
  }

  async #spawn(): Promise<Container> {
    const { taskRoot, memoryMiB, temporaryMiB } = this.configuration;
    const { region, environment, folder, memorySlackMiB, watch, guard } = this.#host;
    const temporaryFolder = join(folder, randomUUID());
    await mkdir(temporaryFolder);
    const container = await Container.spawn({
      taskRoot,
      environment: functionEnvironment(this.configuration, region, environment, temporaryFolder),
      memoryBytes: (memoryMiB + memorySlackMiB) * mebibyte,
      temporaryFolder,
      temporaryBytes: temporaryMiB * mebibyte,
      watch,
      guard,
      clockOffset: this.#host.ownsClock ? this.#clockOffset() : undefined,
      onLine: (text, requestId) => this.#log(text, requestId),
    });
    this.#containers.add(container);
    container.ended.then(() => this.#forget(container));
    if (this.#isClosed) await container.stop();
    return container;
  }

  #log(text: string, requestId: string | undefined): void {
    const { name: functionName, logGroup } = this.configuration;
    const line = { functionName, logGroup, logStream: logStream(this.configuration), text };
    this.#host.onLog(requestId === undefined ? line : { ...line, requestId });
  }

  #forget(container: Container): void {
    this.#containers.delete(container);
    const index = this.#idle.indexOf(container);
    if (index >= 0) this.#idle.splice(index, 1);
  }

  async #run(container: Container, { text, ...call }: Call): Promise<Outcome> {
    const limit = this.configuration.timeoutSeconds * 1000;
    const deadline = this.#host.now() + limit;
    const outcome = await container.invoke({ ...call, payload: text, deadline, clockOffset: this.#clockOffset() }, limit);
    if (this.#containers.has(container)) await this.#keep(container);
    return Buffer.byteLength(outcome.payload) > responseLimit ? tooLarge : outcome;
  }

  async #keep(container: Container): Promise<void> {
    if (this.#isRetired) return container.stop();
    if (this.#host.freezes) container.freeze();
    this.#idle.push(container);
  }

  #clockOffset(): number {
    return this.#host.ownsClock ? this.#host.now() - Date.now() : 0;
  }
}
