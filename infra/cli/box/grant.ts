import { resolveEndpoints } from '../../../lib/box/endpoints.ts';
import { environment, optional } from '../../../lib/env.ts';
import { NightporterError } from '../../../lib/errors.ts';
import { within } from '../../../lib/http/wait.ts';
import { boxClock } from '../../../lib/token/box-clock.ts';
import type { Credentials } from '../../../lib/token/credentials.ts';
import { requestGrant } from '../../../lib/token/grant.ts';
import type { Redacted } from '../../../lib/token/redacted.ts';
import type { Subject } from '../../../lib/token/subject.ts';

/** A token that was asked for this minute, past every cache. */
export interface FreshGrant {
  readonly accessToken: Redacted;
  readonly lifeMs: number;
}

/** A person waits; Box takes a fraction of a second. */
const patienceMs = 10_000;

/** @throws GrantRefused; NightporterError `BOX_UNREACHABLE`, `BOX_RESPONSE_INVALID` or `BOX_ENDPOINT_REFUSED` */
export async function freshGrant(credentials: Credentials, subject: Subject): Promise<FreshGrant> {
  const apiUrl = boxApiUrl();
  const until = Date.now() + patienceMs;
  const remainingMs = () => until - Date.now();
  return within(patienceMs, undefined, (signal) =>
    requestGrant({ apiUrl, credentials, subject, signal, remainingMs, clock: boxClock(Date.now) }),
  ).catch((error) => {
    if (error instanceof NightporterError) throw error;
    const sentence = `Try again later: Box did not answer the token request within ${patienceMs / 1000} seconds.`;
    throw new NightporterError('BOX_UNREACHABLE', sentence, { cause: error });
  });
}

/** Box, or the simulator on this machine that `BOX_ENDPOINT_URL` names. */
export function boxApiUrl(): string {
  return resolveEndpoints(optional(environment.boxEndpointUrl)).apiUrl;
}
