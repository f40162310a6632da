import { constants } from 'node:os';

/** Somebody ended the sandbox before it was done: no mistake of theirs, and none of ours. */
export class Interrupted extends Error {
  /** As shells have it: 128 and the signal's number. */
  readonly exitCode: number;

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super('Interrupted.');
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** Listens for Ctrl-C once: a second one ends the process at once. @returns a signal whose reason is `Interrupted` */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort(new Interrupted(signal)));
  return controller.signal;
}

/** What the work says, or the interruption, whichever is first. */
export async function until<T>(interrupted: AbortSignal, work: () => Promise<T>): Promise<T> {
  interrupted.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(interrupted.reason);
  interrupted.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work(), promise]);
  } finally {
    interrupted.removeEventListener('abort', stop);
  }
}
