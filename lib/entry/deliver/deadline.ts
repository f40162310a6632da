import { NightporterError } from '../../errors.ts';

export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
  readonly remainingMs: () => number;
}

/** An event's own time limit as an `AbortSignal`; it is shorter than the function's, so that there is time to say what happened. */
export function deadlineIn(ms: number): Deadline {
  const end = Date.now() + ms;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(tooLong(ms)), ms);
  return { signal: controller.signal, remainingMs: () => end - Date.now(), [Symbol.dispose]: () => clearTimeout(timer) };
}

function tooLong(ms: number): NightporterError {
  const minutes = Math.round(ms / 6_000) / 10;
  return new NightporterError(
    'RUN_TOO_LONG',
    `Give the handler less to do, or more timeoutMinutes: it was stopped after ${minutes} minutes, and the event will come again.`,
  );
}
