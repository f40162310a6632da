import { BaseUrls } from 'box-node-sdk/networking/baseUrls';
import { NetworkSession } from 'box-node-sdk/networking/network';
import { authenticationFor, type TokenAuthentication } from '../box/authentication.ts';
import type { CallGate } from '../box/call-gate.ts';
import type { BoxEndpoints } from '../box/endpoints.ts';
import { networkClientFor, type Transport } from '../box/network-client.ts';
import { type RetryOptions, retryWithin } from '../box/retry.ts';
import type { TokenSource } from '../token/token-source.ts';
import type { Invocation } from './provider.ts';
import type { Identity } from './settings.ts';

/** A manager class of the SDK. */
export type ManagerClass = new (parts: { auth: TokenAuthentication; networkSession: NetworkSession }) => unknown;

export interface BoxAccess extends Identity {
  readonly endpoints: BoxEndpoints;
  readonly tokens: TokenSource;
  readonly gate?: CallGate | undefined;
  readonly transport?: Transport | undefined;
}

export interface Waits extends Pick<Invocation, 'signal' | 'remainingMs'>, Pick<RetryOptions, 'onThrottled'> {
  /** The longest wait for Box that is worth the invocation, in ms; all that is left of it if left out. */
  readonly longestWaitMs?: (() => number) | undefined;
}

/** The declared managers of the official SDK, over our authentication, retries and connections, for one invocation. */
export function openManagers(
  classes: Readonly<Record<string, ManagerClass>>,
  { endpoints, tokens, gate, transport, subject, asUser }: BoxAccess,
  { signal, remainingMs, longestWaitMs = remainingMs, onThrottled }: Waits,
): Record<string, unknown> {
  const auth = authenticationFor(tokens, subject, { signal, remainingMs });
  const retryStrategy = retryWithin({ remainingMs: longestWaitMs, onThrottled });
  const networkSession = new NetworkSession({
    baseUrls: new BaseUrls({
      baseUrl: endpoints.apiUrl,
      uploadUrl: endpoints.uploadUrl,
      oauth2Url: `${endpoints.apiUrl}/oauth2`,
    }),
    networkClient: networkClientFor({ retry: retryStrategy, signal, gate, transport }),
    retryStrategy,
    ...(asUser !== undefined && { additionalHeaders: { 'as-user': asUser } }),
  });
  const managers: Record<string, unknown> = {};
  for (const name in classes) {
    const Manager = classes[name];
    if (Manager) managers[name] = new Manager({ auth, networkSession });
  }
  return managers;
}
