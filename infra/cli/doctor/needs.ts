import type { ManagerName, RunAs } from 'nightporter';
import { pascal } from '../../pascal.ts';
import type { DeployedApp } from '../deployment.ts';
import { type ScopeName, scopeOfManager } from './scopes.ts';

/** The three ways in which a job calls Box. */
export type Way = 'service-account' | 'user-token' | 'as-user';

/** Which way needs a scope, and for which jobs. */
export interface ScopeNeed {
  readonly scope: ScopeName;
  readonly way: Way;
  readonly jobs: readonly string[];
}

/** Who calls Box: a deployed job, or the handler of a webhook. */
export interface Caller {
  readonly id: string;
  /** `undefined` when this clone has no file of that name. */
  readonly declaration: { readonly runAs: RunAs; readonly box: readonly ManagerName[] } | undefined;
  /** The Box app that it uses. */
  readonly app: string | undefined;
}

/** What the callers of one app need of Box. */
export interface Needs {
  readonly scopes: readonly ScopeNeed[];
  readonly ways: ReadonlySet<Way>;
}

export function needsOf(app: DeployedApp, callers: readonly Caller[]): Needs {
  const scopes = new Map<string, { scope: ScopeName; way: Way; jobs: string[] }>();
  const ways = new Set<Way>();
  for (const { id, declaration, app: used } of callers) {
    // Names of outputs have no hyphens, so apps are compared without.
    if (!declaration || used === undefined || pascal(used) !== pascal(app.name)) continue;
    for (const { way, needed } of asks(declaration)) {
      ways.add(way);
      for (const scope of new Set(needed)) {
        if (scope === undefined) continue;
        const need = scopes.get(`${scope} ${way}`) ?? { scope, way, jobs: [] };
        need.jobs.push(id);
        scopes.set(`${scope} ${way}`, need);
      }
    }
  }
  return { scopes: [...scopes.values()], ways };
}

/** In which ways a caller asks Box for something, and for what. */
function asks({ runAs, box }: NonNullable<Caller['declaration']>): readonly { way: Way; needed: readonly (ScopeName | undefined)[] }[] {
  const own = { way: wayOf(runAs), needed: box.map((manager) => scopeOfManager[manager]) };
  if (runAs.kind !== 'eachManagedUser') return box.length > 0 ? [own] : [];
  // Who the users are, the service account finds out; and each gets a token, whatever the job then does with it.
  return [{ way: 'service-account', needed: runAs.where.group === undefined ? ['users'] : ['users', 'groups'] }, own];
}

function wayOf(runAs: RunAs): Way {
  return runAs.kind === 'serviceAccount' ? 'service-account' : runAs.through;
}
