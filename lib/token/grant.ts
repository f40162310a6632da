import * as z from 'zod/mini';
import { NightporterError } from '../errors.ts';
import { type HttpResponse, readAll, send } from '../http/send.ts';
import { wait, waitBeforeRetry } from '../http/wait.ts';
import type { BoxClock } from './box-clock.ts';
import type { Credentials } from './credentials.ts';
import { GrantRefused } from './diagnosis.ts';
import { Redacted } from './redacted.ts';
import type { Subject } from './subject.ts';

const attempts = 4;
const timeoutMs = 10_000;

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
  readonly clock: BoxClock;
}

export interface Granted {
  readonly accessToken: Redacted;
  readonly lifeMs: number;
  /** When the request that was granted had been started, on Box's clock: from here its life is counted. */
  readonly startedAt: number;
}

/**
 * One Client Credentials Grant: POST /oauth2/token (developer.box.com/guides/authentication/client-credentials).
 * A 400 is never retried; 429, 5xx and a lost connection are, within the signal's time: a second grant does no harm in Box.
 * @throws GrantRefused `BOX_GRANT_REFUSED`; NightporterError `BOX_RESPONSE_INVALID` or `BOX_UNREACHABLE`
 */
export async function requestGrant(request: GrantRequest): Promise<Granted> {
  for (let attempt = 1; ; attempt++) {
    const mark = request.clock.mark();
    const answer = await post(request).catch((error: Error) => {
      request.signal?.throwIfAborted();
      return error;
    });
    if (answer instanceof Error) {
      if (attempt >= attempts) throw unreachable(answer);
      await wait(waitBeforeRetry({}, attempt), request.signal);
    } else if (answer.status === 429 || answer.status >= 500) {
      if (attempt >= attempts) throw unreachable(new Error(`HTTP status ${answer.status}`));
      await wait(waitBeforeRetry(answer.headers, attempt), request.signal);
    } else {
      const startedAt = request.clock.observe(answer.headers.date, mark);
      return { ...read(answer, request), startedAt };
    }
  }
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
  return {
    status,
    headers: answered,
    text: (await readAll(body)).toString('utf8'),
  };
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

function unreachable(cause: Error): NightporterError {
  return new NightporterError('BOX_UNREACHABLE', `Try again later: Box gave no token in ${attempts} attempts (${cause.message}).`, {
    cause,
  });
}
