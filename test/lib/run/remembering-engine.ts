import type { Engine } from '../../../lib/run/engine.ts';

export interface EngineOptions {
  /** What happens in the world while the run waits. */
  readonly onBell?: (callbackId: string, seconds: number) => Promise<void> | void;
  readonly onWait?: (name: string, seconds: number) => void;
  /** Called before a step's work, and after it before it is recorded. */
  readonly at?: (moment: string) => Promise<void> | void;
}

/** Durable functions in memory: what is recorded is not done again, and a name means one thing. */
export class RememberingEngine implements Engine {
  readonly history = new Map<string, unknown>();
  readonly #options: EngineOptions;
  #death = Promise.withResolvers<undefined>();

  constructor(options: EngineOptions = {}) {
    this.#options = options;
  }

  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (!this.history.has(name)) {
      await this.#options.at?.(`before ${name}`);
      // As JSON, as the service keeps it.
      const result = JSON.parse(JSON.stringify((await work()) ?? null));
      await this.#options.at?.(`after ${name}`);
      this.history.set(name, result);
    }
    return this.history.get(name) as T;
  }

  async wait(name: string, seconds: number): Promise<void> {
    await this.step(name, async () => this.#options.onWait?.(name, seconds) ?? null);
  }

  async bell(name: string, submit: (callbackId: string) => Promise<void>, seconds: number): Promise<void> {
    await this.step(`${name} submitted`, () => submit(`callback of ${name}`).then(() => null));
    await this.step(name, async () => (await this.#options.onBell?.(`callback of ${name}`, seconds)) ?? null);
  }

  /** The process is gone, in the middle of whatever it did: nothing that it has not recorded is known. */
  die(): Promise<void> {
    this.#death.resolve(undefined);
    return new Promise(() => {});
  }

  /** Runs the orchestration as often as it takes. @returns how many invocations */
  async toTheEnd<T>(run: (engine: Engine) => Promise<T>): Promise<{ readonly result: T; readonly invocations: number }> {
    for (let invocations = 1; ; invocations++) {
      this.#death = Promise.withResolvers();
      const ended = await Promise.race([run(this).then((result) => ({ result })), this.#death.promise]);
      if (ended !== undefined) return { ...ended, invocations };
    }
  }
}

/** Kills the engine's process once, at that moment. */
export function diesAt(point: string): {
  readonly engine: (options?: EngineOptions) => RememberingEngine;
  readonly at: (moment: string) => Promise<void> | void;
} {
  let victim: RememberingEngine | undefined;
  let died = false;
  const at = (moment: string): Promise<void> | void => {
    if (died || moment !== point) return undefined;
    died = true;
    return victim?.die();
  };
  const engine = (options: EngineOptions = {}): RememberingEngine => {
    victim = new RememberingEngine({ ...options, at });
    return victim;
  };
  return { engine, at };
}
