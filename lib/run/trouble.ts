import { BoxRequestFailed } from '../box/box-error.ts';
import { NightporterError } from '../errors.ts';
import { GrantRefused } from '../token/diagnosis.ts';
import { GrantUnanswered } from '../token/grant.ts';

/** What to do about an error: wait and try again, for as long as Box has asked for where it has, or give this user up. */
export type Trouble =
  | { readonly passes: true; readonly code: string; readonly seconds?: number }
  | { readonly passes: false; readonly code: string };

/** What may be over in a while: the network, Box, S3, a secret that is being replaced. */
const passing = new Set(['BOX_UNREACHABLE', 'BOX_RESPONSE_INVALID', 'SECRET_UNREADABLE', 'WORK_LOST']);

/** @param isAppRefused asked only when Box refused a user's token: whether it refuses the app itself */
export async function troubleOf(error: unknown, isAppRefused: () => Promise<boolean>): Promise<Trouble> {
  if (error instanceof GrantRefused) return { passes: await isAppRefused(), code: error.code };
  if (error instanceof BoxRequestFailed) {
    const code = `${error.code}_${error.status}`;
    if (error.status !== 429 && error.status < 500) return { passes: false, code };
    return { passes: true, code, ...askedWait(error) };
  }
  if (error instanceof GrantUnanswered) return { passes: true, code: error.code, ...askedWait(error) };
  if (error instanceof NightporterError) return { passes: passing.has(error.code), code: error.code };
  return { passes: false, code: 'JOB_FAILED' };
}

function askedWait({ retryAfterMs }: BoxRequestFailed | GrantUnanswered): { readonly seconds?: number } {
  return retryAfterMs === undefined ? {} : { seconds: Math.ceil(retryAfterMs / 1000) };
}
