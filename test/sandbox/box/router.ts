import { type Answer, insufficientScope } from './answer.ts';
import type { Scope } from './app-settings.ts';
import type { BoxWorld, Call, Caller } from './call.ts';
import { clientError } from './error-body.ts';
import { admit } from './gate.ts';

interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS';
  /** Segments after a colon are parameters: `/2.0/users/:id`. */
  readonly path: string;
}

/** An endpoint that needs no token. */
export interface OpenRoute extends Endpoint {
  readonly open: (world: BoxWorld, call: Call) => Answer;
}

/** An endpoint behind a token; `scopes`: one of them is enough, none means any token. */
export interface GuardedRoute extends Endpoint {
  readonly scopes?: readonly Scope[];
  readonly handle: (world: BoxWorld, call: Call, caller: Caller) => Answer;
}

export type Route = OpenRoute | GuardedRoute;

/** @param routes in order of precedence: `/users/me` stands before `/users/:id`. */
export function router(routes: readonly Route[]): (world: BoxWorld, call: Call) => Answer {
  const compiled = routes.map((route) => ({ route, segments: route.path.split('/') }));
  return (world, call) => {
    const given = call.path.split('/');
    for (const { route, segments } of compiled) {
      if (route.method !== call.method || !matches(segments, given)) continue;
      call.params = Object.fromEntries(segments.flatMap((name, nth) => (name.startsWith(':') ? [[name.slice(1), given[nth] ?? '']] : [])));
      return run(route, world, call);
    }
    // Neither a 404, which means "no access", nor a 5xx, which is retried: a gap of the simulator has to be seen.
    return clientError(405, [], `The Box simulator has no ${call.method} ${call.path}.`);
  };
}

function matches(segments: readonly string[], given: readonly string[]): boolean {
  return (
    segments.length === given.length && segments.every((name, nth) => (name.startsWith(':') ? given[nth] !== '' : name === given[nth]))
  );
}

function run(route: Route, world: BoxWorld, call: Call): Answer {
  if ('open' in route) return route.open(world, call);
  const caller = admit(world, call);
  if ('status' in caller) return caller;
  const allowed = route.scopes === undefined || route.scopes.some((scope) => caller.token.settings.scopes.includes(scope));
  return allowed ? route.handle(world, call, caller) : insufficientScope;
}
