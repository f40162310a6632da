import * as z from 'zod/mini';
import { NightporterError } from '../errors.ts';
import { AnswerTooLong, type HttpResponse, readAll, send } from '../http/send.ts';
import { retryAfter, wait, waitBeforeRetry } from '../http/wait.ts';
import type { BoxClock } from './box-clock.ts';
import type { Credentials } from './credentials.ts';
import { GrantRefused } from './diagnosis.ts';
import { Redacted } from './redacted.ts';
import type { Subject } from './subject.ts';

const attempts = 4;
const timeoutMs = 10_000;
/** Tokens of Box have a few kilobytes at most. */
const longestAnswerBytes = 256 * 1024;

/** Box varies `expires_in` (3646 to 4175 were seen); a day is a generous bound on nonsense. */
const answerSchema = z.object({
  access_token: z.string().check(z.minLength(1), z.maxLength(65_536), z.regex(/^[\x21-\x7e]+$/)),
  expires_in: z.number().check(z.positive(), z.maximum(86_400)),
});

/** Bounded, since these words go into logs and alarms. */
const refusalSchema = z.object({
  error: z.string().check(z.maxLength(100)),
  error_description: z._default(z.string().check(z.maxLength(300)), ''),
});

export interface GrantRequest {
  /** `https://api.box.com` */
  readonly apiUrl: string;
  readonly credentials: Credentials;
  readonly subject: Subject;
  readonly signal?: AbortSignal | undefined;
  /** Time left in the invocation, in ms: a wait that does not fit is not begun. Unbounded if left out. */
  readonly remainingMs?: (() => number) | undefined;
  readonly clock: BoxClock;
  /** Puts off one request while too many are under way; none is if left out. */
  readonly inTurn?: <T>(post: () => Promise<T>) => Promise<T>;
}

/** `BOX_UNREACHABLE`: the token request was not answered, or not yet. */
export class GrantUnanswered extends NightporterError {
  /** How long Box asks to wait before the next token request, in ms. */
  readonly retryAfterMs: number | undefined;

  constructor(sentence: string, retryAfterMs: number | undefined, cause: Error) {
    super('BOX_UNREACHABLE', sentence, { cause });
    this.retryAfterMs = retryAfterMs;
  }
}

export interface Granted {
  readonly accessToken: Redacted;
  readonly lifeMs: number;
  /** When the request that was granted had been started, on Box's clock: from here its life is counted. */
  readonly startedAt: number;
}

/**
 * One Client Credentials Grant: POST /oauth2/token (developer.box.com/guides/authentication/client-credentials).
 * A 400 is never retried; 429, 5xx and a lost connection are, within the time that is left: a second grant does no harm in Box.
 * @throws GrantRefused `BOX_GRANT_REFUSED`; GrantUnanswered `BOX_UNREACHABLE`; NightporterError `BOX_RESPONSE_INVALID`
 */
export async function requestGrant(request: GrantRequest): Promise<Granted> {
  const { inTurn = (post) => post() } = request;
  for (let attempt = 1; ; attempt++) {
    let mark = Number.NaN;
    const answer = await inTurn(() => {
      mark = request.clock.mark();
      return post(request);
    }).catch((error: Error) => {
      request.signal?.throwIfAborted();
      if (error instanceof NightporterError) throw error;
      return error;
    });
    if (!(answer instanceof Error) && answer.status !== 429 && answer.status < 500) {
      const startedAt = request.clock.observe(answer.headers.date, mark);
      return { ...read(answer, request), startedAt };
    }
    await waitOrGiveUp(request, answer, attempt);
  }
}

/** @throws GrantUnanswered after the last attempt, or when the wait does not fit into what is left */
async function waitOrGiveUp({ signal, remainingMs }: GrantRequest, answer: Answer | Error, attempt: number): Promise<void> {
  const headers = answer instanceof Error ? {} : answer.headers;
  const waitMs = waitBeforeRetry(headers, attempt);
  const fits = remainingMs === undefined || waitMs < remainingMs();
  if (attempt < attempts && fits) return wait(waitMs, signal);
  const cause = answer instanceof Error ? answer : new Error(`HTTP status ${answer.status}`);
  const asked = retryAfter(headers['retry-after']);
  const sentence =
    asked === undefined || fits
      ? `Try again later: Box gave no token in ${attempt} attempts (${cause.message}).`
      : `Try again later: Box asked to wait ${Math.ceil(asked / 1000)} seconds before the next token request, which do not fit into the time that is left.`;
  throw new GrantUnanswered(sentence, asked, cause);
}

interface Answer {
  readonly status: number;
  readonly headers: HttpResponse['headers'];
  readonly text: string;
}

async function post({ apiUrl, credentials, subject, signal }: GrantRequest): Promise<Answer> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret.reveal(),
    box_subject_type: subject.type,
    box_subject_id: subject.type === 'user' ? subject.id : credentials.enterpriseId,
  }).toString();
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(Buffer.byteLength(form)),
  };
  const {
    status,
    headers: answered,
    body,
  } = await send({
    method: 'POST',
    url: `${apiUrl}/oauth2/token`,
    headers,
    body: form,
    signal,
    timeoutMs,
    repeatable: true,
  });
  const bytes = await readAll(body, longestAnswerBytes).catch((error) => {
    throw error instanceof AnswerTooLong ? invalid(status) : error;
  });
  return { status, headers: answered, text: bytes.toString('utf8') };
}

function read({ status, text }: Answer, { subject, credentials }: GrantRequest): Omit<Granted, 'startedAt'> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(status);
  }
  if (status === 200) {
    const granted = answerSchema.safeParse(value);
    if (!granted.success) throw invalid(status);
    return { accessToken: new Redacted(granted.data.access_token), lifeMs: granted.data.expires_in * 1000 };
  }
  const refused = refusalSchema.safeParse(value);
  if (!refused.success) throw invalid(status);
  // Who repeats what was sent must not bring the secret into a log.
  const secret = credentials.clientSecret.reveal();
  const [error, description] = [refused.data.error, refused.data.error_description].map((words) => words.replaceAll(secret, '[redacted]'));
  throw new GrantRefused(error ?? '', description ?? '', subject);
}

function invalid(status: number): NightporterError {
  return new NightporterError(
    'BOX_RESPONSE_INVALID',
    `Check what stands between this function and Box (a proxy?): the token request was answered with status ${status} and no usable token.`,
  );
}
