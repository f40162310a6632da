import type { RunAs } from 'nightporter';
import { pascal } from '../../pascal.ts';
import type { DeployedJob } from '../deployed-jobs.ts';
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

/** What the deployed jobs of one app need of Box. */
export interface Needs {
  readonly scopes: readonly ScopeNeed[];
  readonly ways: ReadonlySet<Way>;
}

export function needsOf(app: DeployedApp, jobs: readonly DeployedJob[]): Needs {
  const scopes = new Map<string, { scope: ScopeName; way: Way; jobs: string[] }>();
  const ways = new Set<Way>();
  for (const { id, declaration, app: used } of jobs) {
    // Names of outputs have no hyphens, so apps are compared without.
    if (!declaration || used === undefined || pascal(used) !== pascal(app.name) || declaration.box.length === 0) continue;
    const way = wayOf(declaration.runAs);
    ways.add(way);
    for (const scope of new Set(declaration.box.map((manager) => scopeOfManager[manager]))) {
      if (scope === undefined) continue;
      const need = scopes.get(`${scope} ${way}`) ?? { scope, way, jobs: [] };
      need.jobs.push(id);
      scopes.set(`${scope} ${way}`, need);
    }
  }
  return { scopes: [...scopes.values()], ways };
}

function wayOf(runAs: RunAs): Way {
  return runAs.kind === 'serviceAccount' ? 'service-account' : runAs.through;
}
