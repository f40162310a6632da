import { NightporterError } from '../errors.ts';
import { asUserOff } from '../token/causes.ts';
import { causesOfCall } from '../token/diagnosis.ts';

/** What Box says of a failed call, without the request: no header, no body, no query. */
export interface BoxFailure {
  readonly method: string;
  /** Path without its query. */
  readonly path: string;
  readonly status: number;
  /** Whether it was made with the header `as-user`. */
  readonly asUser?: boolean | undefined;
  /** Box's error code, such as `not_found`. */
  readonly boxCode?: string | undefined;
  /** In Box's words. */
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
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly #boxMessage: string | undefined;
  readonly #contextInfo: unknown;

  constructor(failure: BoxFailure) {
    const { method, path, status, boxCode, requestId, retryAfterMs } = failure;
    const said = [status, boxCode].filter(Boolean).join(' ');
    const id = requestId ? `, request id ${requestId}` : '';
    super('BOX_REQUEST_FAILED', `${advice(failure)}: Box answered ${method} ${path} with ${said}${id}.`);
    this.method = method;
    this.path = path;
    this.status = status;
    this.boxCode = boxCode;
    this.requestId = requestId;
    this.retryAfterMs = retryAfterMs;
    this.#boxMessage = failure.boxMessage;
    this.#contextInfo = failure.contextInfo;
  }

  /** Private, so that no log shows it: it can quote what was sent, such as a login. */
  get boxMessage(): string | undefined {
    return this.#boxMessage;
  }

  /** Private too: it can hold names of items. */
  get contextInfo(): unknown {
    return this.#contextInfo;
  }
}

/** What to do, as a clause: the fact comes behind it. */
function advice({ status, boxCode: code, asUser }: BoxFailure): string {
  const [likely, next] = causesOfCall({ status, code, asUser });
  // Box says the same of the app's switch and of the one user: no word of the answer tells which.
  if (likely === asUserOff && next) return `${clause(likely.nextStep)}, or ${lowered(clause(next.nextStep))}`;
  if (likely) return clause(likely.nextStep);
  if (status === 403) return "Look at what the item, its owner's account or a policy of the enterprise does not allow";
  if (status === 404) return 'Check that the item exists and that this user can see it, as Box answers 404 to both';
  if (status === 429) return 'Lower the concurrency or run later, as the wait that Box asked for does not fit into this run';
  if (status >= 500) return 'Try again later, as Box had a problem of its own';
  return 'Correct the request';
}

function clause(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

/** A sentence as a part of another. */
export function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
