import https from 'node:https';

/** Where a request goes: one keep-alive agent for each origin, shared by Box and AWS. */
export interface Origin {
  readonly hostname: string;
  readonly port: number;
  readonly agent: https.Agent;
  readonly request: typeof https.request;
}

/** A peer may drop a connection that it has not heard from for 5 s; after a thaw no timer has told us. */
const maxIdleMs = 4_000;

/** Looking at all idle sockets for each request would be a twentieth of a small call's processor time. */
const lookEveryMs = 500;

/** Silence on a socket that ends a request which does not say otherwise. */
export const silenceMs = 30_000;

const origins = new Map<string, Origin>();
const freedAt = new WeakMap<object, number>();
const lookedAt = new WeakMap<https.Agent, number>();

/** @throws TypeError when `url` does not start with an http or https origin. */
export function originOf(url: string): Origin {
  return origins.get(url) ?? open(url);
}

/** Wall clock only: a frozen container stops timers and monotonic clocks, so idle sockets are looked at when one is wanted. */
export function discardIdleSockets(agent: https.Agent, now = Date.now()): void {
  // A clock that was set back must not make the pause longer.
  if (Math.abs(now - (lookedAt.get(agent) ?? 0)) < lookEveryMs) return;
  lookedAt.set(agent, now);
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) {
      if (now - (freedAt.get(socket) ?? 0) > maxIdleMs) socket.destroy();
    }
  }
}

/** Ends every connection; what is under way fails. For a warm-up that has used up its budget, and for tests. */
export function closeConnections(): void {
  for (const { agent } of origins.values()) agent.destroy();
  origins.clear();
}

function open(url: string): Origin {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') throw new TypeError('Use an https address.');
  // Importing node:http as an ES module costs 16-23 ms (nodejs/node#59686); only loopback needs it.
  const transport = protocol === 'https:' ? https : (process.getBuiltinModule('node:http') as unknown as typeof https);
  const agent = new transport.Agent({
    keepAlive: true,
    maxSockets: 64,
    scheduling: 'lifo',
    // The same as most requests ask for: Node would set and unset a timer for each of them, for a tenth of a small call's processor time.
    timeout: silenceMs,
    ...proxy(protocol),
  });
  // One agent, one origin: Node would put together the name of its only pool from twenty options, for each request twice.
  agent.getName = () => url;
  agent.on('free', (socket: object) => freedAt.set(socket, Date.now()));
  const origin = {
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
    agent,
    request: transport.request,
  };
  origins.set(url, origin);
  return origin;
}

/** Node reads HTTPS_PROXY and NO_PROXY itself (nodejs.org/api/http.html#built-in-proxy-support), but only when asked to. */
function proxy(protocol: string): { proxyEnv?: NodeJS.ProcessEnv } {
  const { HTTPS_PROXY, https_proxy } = process.env;
  return protocol === 'https:' && (HTTPS_PROXY || https_proxy) ? { proxyEnv: process.env } : {};
}
