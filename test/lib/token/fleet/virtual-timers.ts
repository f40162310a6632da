import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import promises from 'node:timers/promises';

const asked = 'http.client.request.created';
const answered = 'http.client.response.finish';

const running = new AsyncLocalStorage<string>();

/** Every timer that comes of this belongs to that container, and stands still with it. */
export function inContainer<T>(name: string, work: () => Promise<T>): Promise<T> {
  return running.run(name, work);
}

interface Timer {
  readonly at: number;
  readonly container: string | undefined;
  readonly ring: () => void;
}

/** Turns of the event loop without any HTTP after which nothing goes on in this process, which both sides of all connections are in. */
const calmTurns = 40;

/**
 * While it is there, every `setTimeout` of this process waits for the fleet's time instead of the real one: a machine that is busy with
 * other things makes a test slow, and nothing in it late. Timers of Node itself, such as a socket's, stay real.
 */
export class VirtualTimers implements Disposable {
  readonly #now: () => number;
  readonly #held: () => number;
  readonly #timers = new Map<object, Timer>();
  readonly #real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, sleep: promises.setTimeout };
  readonly #unanswered = new Set<ClientRequest>();
  readonly #frozen = new Set<string>();
  #heard = 0;

  /** @param held how many requests somebody has received and does not answer before some time has gone by */
  constructor(now: () => number, held: () => number) {
    this.#now = now;
    this.#held = held;
    subscribe(asked, this.#noteRequest);
    subscribe(answered, this.#noteAnswer);
    globalThis.setTimeout = ((ring: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      this.#add(ms, () => ring(...args))) as typeof globalThis.setTimeout;
    globalThis.clearTimeout = ((timer: object) => void this.#timers.delete(timer)) as typeof globalThis.clearTimeout;
    promises.setTimeout = <T>(ms = 0, value?: T, { signal }: { signal?: AbortSignal | undefined } = {}) =>
      new Promise<T>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const timer = this.#add(ms, () => resolve(value as T));
        signal?.addEventListener('abort', () => {
          this.#timers.delete(timer);
          reject(signal.reason);
        });
      });
    syncBuiltinESMExports();
  }

  /** When the next timer rings; it may be overdue. */
  get next(): number | undefined {
    const going = [...this.#timers.values()].filter((timer) => this.#isGoing(timer));
    return going.length === 0 ? undefined : Math.min(...going.map(({ at }) => at));
  }

  /** No timer of this container rings before its thaw. */
  freeze(container: string): void {
    this.#frozen.add(container);
  }

  /** What fell due meanwhile rings at once, before anything that its connections have for it: the event loop looks at timers first. */
  thaw(container: string): void {
    this.#frozen.delete(container);
    this.ring();
  }

  /** Rings what is due by now, in order. */
  ring(): void {
    const due = [...this.#timers]
      .filter(([, timer]) => this.#isGoing(timer) && timer.at <= this.#now())
      .sort(([, one], [, other]) => one.at - other.at);
    for (const [timer, { ring }] of due) if (this.#timers.delete(timer)) ring();
  }

  /** Waits, really, until everything that can go on without time going by has done so. */
  async calm(): Promise<void> {
    for (let heard = this.#heard, turns = 0; turns < calmTurns; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (heard === this.#heard && this.#unanswered.size <= this.#held()) continue;
      heard = this.#heard;
      turns = 0;
    }
  }

  [Symbol.dispose](): void {
    unsubscribe(asked, this.#noteRequest);
    unsubscribe(answered, this.#noteAnswer);
    Object.assign(globalThis, { setTimeout: this.#real.setTimeout, clearTimeout: this.#real.clearTimeout });
    promises.setTimeout = this.#real.sleep;
    syncBuiltinESMExports();
  }

  readonly #noteRequest = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest };
    this.#heard++;
    this.#unanswered.add(request);
    request.once('close', () => this.#forget(request));
  };

  readonly #noteAnswer = (message: unknown): void => this.#forget((message as { readonly request: ClientRequest }).request);

  #isGoing({ container }: Timer): boolean {
    return container === undefined || !this.#frozen.has(container);
  }

  #forget(request: ClientRequest): void {
    this.#heard++;
    this.#unanswered.delete(request);
  }

  #add(ms: number, ring: () => void): object {
    const timer = { ref: () => timer, unref: () => timer, hasRef: () => true, refresh: () => timer };
    this.#timers.set(timer, { at: this.#now() + ms, container: running.getStore(), ring });
    return timer;
  }
}
