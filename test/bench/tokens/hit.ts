import { authenticationFor } from '../../../lib/box/authentication.ts';
import { closeConnections } from '../../../lib/http/origin.ts';
import { Redacted } from '../../../lib/token/redacted.ts';
import { createTokenSource } from '../../../lib/token/token-source.ts';
import { interleave } from '../interleave.ts';
import { measured, type Result } from '../result.ts';
import { startTokenEndpoint } from './fleet/token-endpoint.ts';
import type { Peers } from './peers.ts';

const enterprise = { type: 'enterprise' } as const;
type Case = 'ours' | 'awaited' | 'map' | 'boxSdk' | 'google' | 'msal';

/** A token that is there, taken over and over. */
export async function hit({ boxSdk, google, msal }: Peers, runs: number): Promise<readonly Result[]> {
  await using box = await startTokenEndpoint(1);
  const credentials = { clientId: 'bench', clientSecret: new Redacted('loopback'), enterpriseId: '900001', versionId: 'v1' };
  const source = createTokenSource({ apiUrl: box.url, credentials: { get: async () => credentials, reread: async () => credentials } });
  await source.get(enterprise);
  const auth = authenticationFor(source, enterprise, {});
  const peers = { boxSdk: boxSdk(box.url).takeToken, google: google(), msal: msal(async () => {}) };
  for (const takeToken of Object.values(peers)) await takeToken();
  const map = new Map([['enterprise', { token: 'loopback', expiresAt: Date.now() + 3_600_000 }]]);

  const {
    ours,
    awaited,
    map: plain,
    boxSdk: sdk,
    google: googleAuth,
    msal: msalNode,
  } = await interleave<Case, { ns: number }>(runs, {
    ours: async () => nsOf(1_000_000, () => source.held(enterprise)),
    awaited: () => awaitedNsOf(300_000, () => auth.token()),
    map: async () =>
      nsOf(1_000_000, () => {
        const held = map.get('enterprise');
        return held && held.expiresAt > Date.now() ? held.token : undefined;
      }),
    boxSdk: () => awaitedNsOf(300_000, peers.boxSdk),
    google: () => awaitedNsOf(100_000, peers.google),
    msal: () => awaitedNsOf(3_000, peers.msal),
  });
  closeConnections();
  return [
    measured('hit.ns', ours.ns, { name: 'Map with expiry', value: plain.ns }),
    measured('hit.awaited_ns', awaited.ns, { name: 'box-node-sdk, no expiry', value: sdk.ns }),
    measured('hit.google_auth_ns', googleAuth.ns),
    measured('hit.msal_ns', msalNode.ns),
  ];
}

function nsOf(times: number, take: () => unknown): { readonly ns: number } {
  let taken = 0;
  const startedAt = process.hrtime.bigint();
  for (let i = 0; i < times; i++) if (take() !== undefined) taken++;
  const ns = Number(process.hrtime.bigint() - startedAt) / times;
  if (taken !== times) throw new Error('A hit was a miss.');
  return { ns };
}

async function awaitedNsOf(times: number, take: () => Promise<unknown>): Promise<{ readonly ns: number }> {
  const startedAt = process.hrtime.bigint();
  for (let i = 0; i < times; i++) await take();
  return { ns: Number(process.hrtime.bigint() - startedAt) / times };
}
