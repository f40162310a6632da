import { NightporterError } from '../../../lib/errors.ts';
import { readAll, send } from '../../../lib/http/send.ts';
import type { Redacted } from '../../../lib/token/redacted.ts';
import { boxApiUrl } from './grant.ts';

/** What Box answers to a harmless GET. */
export interface BoxAnswer {
  readonly status: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** Box's word for a refusal. */
  readonly code: string | undefined;
  /** Box's own words where it refuses: from the challenge (RFC 6750 3) or the body. */
  readonly said: string;
}

export interface BoxQuestion {
  readonly accessToken: Redacted;
  /** With its query: `/2.0/users/me`. */
  readonly path: string;
  /** Box user id for the header `as-user`. */
  readonly asUser?: string;
}

const patienceMs = 20_000;

/** @throws NightporterError `BOX_UNREACHABLE` */
export async function askBox({ accessToken, path, asUser }: BoxQuestion): Promise<BoxAnswer> {
  const headers = { authorization: `Bearer ${accessToken.reveal()}`, ...(asUser !== undefined && { 'as-user': asUser }) };
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const {
      status,
      headers: answered,
      body,
    } = await send({ method: 'GET', url: `${boxApiUrl()}${path}`, headers, signal, repeatable: true });
    const data = parse(await readAll(body));
    const [code, message] = wordsOf(answered['www-authenticate'], data);
    const said = `${status} ${[code, message].filter(Boolean).join(': ').slice(0, 300)}`.trim();
    return { status, data, code, said };
  } catch (cause) {
    throw new NightporterError('BOX_UNREACHABLE', `Try again later: Box did not answer GET ${path.split('?')[0]}.`, { cause });
  }
}

function parse(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Its code and what it says of it. */
function wordsOf(challenge: string | undefined, { code, message }: BoxAnswer['data']): readonly (string | undefined)[] {
  const field = (name: string): string | undefined => new RegExp(`\\b${name}="([^"]{1,200})"`).exec(challenge ?? '')?.[1];
  const said = challenge ? [field('error'), field('error_description')] : [code, message];
  return said.map((part) => (typeof part === 'string' && part !== '' ? part : undefined));
}
