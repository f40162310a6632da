import type { Credentials } from '../../../lib/token/credentials.ts';
import type { Redacted } from '../../../lib/token/redacted.ts';
import type { Subject } from '../../../lib/token/subject.ts';
import { freshGrant } from '../box/grant.ts';
import { duration } from '../output.ts';
import { type Check, failedCheck, works } from './check.ts';
import { examineIdentity } from './identity.ts';
import type { Needs } from './needs.ts';

export interface GrantExamination {
  readonly credentials: Credentials;
  readonly subject: Subject;
  readonly needs: Needs;
  /** Whether a refusal of this grant matters. */
  readonly needed: boolean;
}

export interface ExaminedGrant {
  readonly checks: readonly Check[];
  /** `undefined` where Box granted none. */
  readonly accessToken: Redacted | undefined;
}

/** A fresh grant as this subject, and what its token is good for. */
export async function examineGrant({ credentials, subject, needs, needed }: GrantExamination): Promise<ExaminedGrant> {
  const who = subject.type === 'user' ? `user ${subject.id}` : 'service account';
  const check = `grant as ${who}`;
  const granted = await freshGrant(credentials, subject).catch((error) => failedCheck(check, error, needed));
  if ('outcome' in granted) return { checks: [granted], accessToken: undefined };
  const { accessToken, lifeMs } = granted;
  const way = subject.type === 'user' ? 'user-token' : 'service-account';
  const checks = await examineIdentity({ accessToken, way, who }, { needs: needs.scopes, needed });
  return { checks: [works(check, `a token for ${duration(lifeMs)}`), ...checks], accessToken };
}
