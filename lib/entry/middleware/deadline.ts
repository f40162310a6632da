import { NightporterError } from '../../errors.ts';
import type { Middleware } from '../run-context.ts';

/** Kept back for what must still be written after the work was stopped: at most 15 s, a tenth of a short limit. */
const reserveMs = (remaining: number): number => Math.min(15_000, remaining / 10);

/** Lambda's deadline as an `AbortSignal` that comes early enough to fail in an orderly way. */
export function withDeadline(): Middleware {
  let timer: NodeJS.Timeout | undefined;
  const clear = (): void => clearTimeout(timer);
  return {
    before({ context }) {
      const remaining = context.getRemainingTimeInMillis();
      const budget = remaining - reserveMs(remaining);
      const end = Date.now() + budget;
      const controller = new AbortController();
      timer = setTimeout(() => controller.abort(tooLong(remaining)), budget);
      context.signal = controller.signal;
      context.remainingMs = () => end - Date.now();
    },
    after: clear,
    onError: clear,
  };
}

function tooLong(limitMs: number): NightporterError {
  const minutes = Math.round(limitMs / 6_000) / 10;
  return new NightporterError(
    'RUN_TOO_LONG',
    `Give the job less to do: it was stopped before its time limit of ${minutes} minutes, and nothing was published.`,
  );
}
