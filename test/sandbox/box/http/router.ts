import type { BoxWorld, Call, Caller } from '../call.ts';
import type { Scope } from '../tokens/app-settings.ts';
import type { DownscopedScope } from '../tokens/restriction.ts';
import { type Answer, insufficientScope } from './answer.ts';
import { clientError } from './error-body.ts';
import { admit } from './gate.ts';
import type { Metered } from './rate-limit.ts';

interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS';
  /** Segments after a colon are parameters: `/2.0/users/:id`. */
  readonly path: string;
}

/** An endpoint that needs no token. */
export interface OpenRoute extends Endpoint {
  readonly open: (world: BoxWorld, call: Call) => Answer;
}

/** An endpoint behind a token. */
export interface GuardedRoute extends Endpoint {
  /** Of the app: one of them is enough, none means any token. */
  readonly scopes?: readonly Scope[];
  /** Of a downscoped token: one of these is enough too. */
  readonly downscoped?: readonly DownscopedScope[];
  readonly metered?: Metered;
  readonly handle: (world: BoxWorld, call: Call, caller: Caller) => Answer;
}

export type Route = OpenRoute | GuardedRoute;

interface Branch {
  readonly fixed: Map<string, Branch>;
  parameter: { readonly name: string; readonly branch: Branch } | undefined;
  route: Route | undefined;
}

/** Paths with a name in a place come before those with a parameter there: `/users/me` before `/users/:id`. */
export function router(routes: readonly Route[]): (world: BoxWorld, call: Call) => Answer {
  const root = branch();
  for (const route of routes) plant(root, route);
  return (world, call) => {
    const params: Record<string, string> = {};
    const route = follow(root, `${call.method}${call.path}`.split('/'), 0, params);
    // Neither a 404, which means "no access", nor a 5xx, which is retried: a gap of the simulator has to be seen.
    if (route === undefined) return clientError(405, [], `The Box simulator has no ${call.method} ${call.path}.`);
    call.params = params;
    return run(route, world, call);
  };
}

function branch(): Branch {
  return { fixed: new Map(), parameter: undefined, route: undefined };
}

function plant(root: Branch, route: Route): void {
  let at = root;
  for (const segment of `${route.method}${route.path}`.split('/')) {
    if (segment.startsWith(':')) {
      at.parameter ??= { name: segment.slice(1), branch: branch() };
      at = at.parameter.branch;
    } else {
      const next = at.fixed.get(segment) ?? branch();
      at.fixed.set(segment, next);
      at = next;
    }
  }
  at.route = route;
}

function follow(at: Branch, segments: readonly string[], nth: number, params: Record<string, string>): Route | undefined {
  const segment = segments[nth];
  if (segment === undefined) return at.route;
  const fixed = at.fixed.get(segment);
  const found = fixed && follow(fixed, segments, nth + 1, params);
  if (found !== undefined || at.parameter === undefined || segment === '') return found;
  params[at.parameter.name] = segment;
  return follow(at.parameter.branch, segments, nth + 1, params);
}

function run(route: Route, world: BoxWorld, call: Call): Answer {
  if ('open' in route) return route.open(world, call);
  const caller = admit(world, call, route.metered);
  if ('status' in caller) return caller;
  world.transfers.settle();
  return permits(route, caller) ? route.handle(world, call, caller) : insufficientScope;
}

function permits({ scopes, downscoped = [] }: GuardedRoute, { token: { settings, restriction } }: Caller): boolean {
  const app = scopes === undefined || scopes.some((scope) => settings.scopes.includes(scope));
  if (restriction === undefined || !app) return app;
  const enough: readonly string[] = [...(scopes ?? []), ...downscoped];
  return restriction.scopes.some((scope) => enough.includes(scope));
}
