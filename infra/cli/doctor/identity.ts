import { appAccessOnly, notAnAdministrator, scopeMissing } from '../../../lib/token/causes.ts';
import { causesOfCall } from '../../../lib/token/diagnosis.ts';
import type { Redacted } from '../../../lib/token/redacted.ts';
import { askBox } from '../box/ask-box.ts';
import { type Check, failedCheck, refused, unknown, works } from './check.ts';
import { missingScope } from './missing-scope.ts';
import type { ScopeNeed, Way } from './needs.ts';
import { type Scope, scopes } from './scopes.ts';

/** Somebody whom Box has given a token, or lets be somebody else. */
export interface Identity {
  readonly accessToken: Redacted;
  readonly way: Way;
  /** For people: `service account`, `user 11000001`. */
  readonly who: string;
  /** Box user id for the header `as-user`. */
  readonly asUser?: string;
}

/** Who Box says that this is, and the scopes that the jobs which call Box in this way need. */
export async function examineIdentity(
  identity: Identity,
  { needs, needed }: { readonly needs: readonly ScopeNeed[]; readonly needed: boolean },
): Promise<readonly Check[]> {
  const who = await attempt(`users/me as ${identity.who}`, needed, (check) => whoAmI(identity, check, needed));
  if (who.outcome !== 'works') return [who];
  const checks = [who];
  for (const need of needs) {
    if (need.way !== identity.way) continue;
    const name = `scope "${scopes[need.scope].label}" as ${identity.who}`;
    checks.push(await attempt(name, true, (check) => probe(identity, need, check)));
  }
  return checks;
}

async function attempt(check: string, needed: boolean, work: (check: string) => Promise<Check>): Promise<Check> {
  return work(check).catch((error) => failedCheck(check, error, needed));
}

async function whoAmI({ way, who: _, ...question }: Identity, check: string, needed: boolean): Promise<Check> {
  const { status, code, said, data } = await askBox({ ...question, path: '/2.0/users/me?fields=id,status' });
  const isRight = question.asUser === undefined || data.id === question.asUser;
  if (status === 200 && isRight) return works(check, `Box user ${data.id}, ${data.status ?? 'active'}`);
  const causes = causesOfCall({ status, code, asUser: way === 'as-user' });
  // Who somebody is can be asked without a scope.
  return refused(check, said, way === 'as-user' ? causes.filter((cause) => cause !== scopeMissing) : causes, needed);
}

async function probe({ way, who: _, ...question }: Identity, { scope, jobs }: ScopeNeed, check: string): Promise<Check> {
  const { probe: path }: Scope = scopes[scope];
  if (path === undefined) return unknown(check, `no harmless call shows it; ${jobs.join(', ')} needs it`);
  const { status, said, data } = await askBox({ ...question, path });
  const asManagedUser = way !== 'service-account';
  if (status === 403) return refused(check, said, [missingScope(scope, jobs), ...(asManagedUser ? [notAnAdministrator] : [])]);
  if (status !== 200) return unknown(check, said);
  const seesNobody = scope === 'users' && !asManagedUser && Array.isArray(data.entries) && data.entries.length === 0;
  return seesNobody ? refused(check, '200, and not one managed user', [appAccessOnly]) : works(check, `for ${jobs.join(', ')}`);
}
