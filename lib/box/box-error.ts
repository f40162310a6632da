import { NightporterError } from '../errors.ts';
import { scopeMissing, tokenRevoked } from '../token/causes.ts';

/** What Box says of a failed call, without the request: no header, no body, no query. */
export interface BoxFailure {
  readonly method: string;
  /** Path without its query. */
  readonly path: string;
  readonly status: number;
  /** Box's error code, such as `not_found`. */
  readonly boxCode?: string | undefined;
  readonly boxMessage?: string | undefined;
  /** Give it to Box's support. */
  readonly requestId?: string | undefined;
  /** How long Box asks to wait before the next call, in ms. */
  readonly retryAfterMs?: number | undefined;
  /** Ids of conflicting items and the like. */
  readonly contextInfo?: unknown;
}

/** A call that Box answered with an error: `status` and `boxCode` tell which (developer.box.com/guides/api-calls/permissions-and-errors/common-errors). */
export class BoxRequestFailed extends NightporterError implements BoxFailure {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly boxCode: string | undefined;
  readonly boxMessage: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly #contextInfo: unknown;

  constructor(failure: BoxFailure) {
    const { method, path, status, boxCode, boxMessage, requestId, retryAfterMs } = failure;
    const said = [status, boxCode].filter(Boolean).join(' ');
    super(
      'BOX_REQUEST_FAILED',
      `Box answered ${method} ${path} with ${said}. ${advice(status)}${requestId ? ` Request id: ${requestId}.` : ''}`,
    );
    this.method = method;
    this.path = path;
    this.status = status;
    this.boxCode = boxCode;
    this.boxMessage = boxMessage;
    this.requestId = requestId;
    this.retryAfterMs = retryAfterMs;
    this.#contextInfo = failure.contextInfo;
  }

  /** Not enumerable: it can hold names of items, which don't belong into a log. */
  get contextInfo(): unknown {
    return this.#contextInfo;
  }
}

function advice(status: number): string {
  if (status === 401) return tokenRevoked.nextStep;
  if (status === 403) return scopeMissing.nextStep;
  if (status === 404) return 'Check that the item exists and that this user can see it: Box answers 404 to both.';
  if (status === 429) return 'Lower the concurrency or run later: the wait that Box asked for does not fit into this run.';
  if (status >= 500) return 'Try again later: Box had a problem of its own.';
  return 'Correct the request.';
}
