import { UsersManager } from 'box-node-sdk/managers/users';
import { resolveEndpoints } from '../../../lib/box/endpoints.ts';
import { closeConnections } from '../../../lib/http/origin.ts';
import { openManagers } from '../../../lib/session/box.ts';
import { Redacted } from '../../../lib/token/redacted.ts';
import { createTokenSource } from '../../../lib/token/token-source.ts';
import { median } from '../median.ts';
import { measured, type Result } from '../result.ts';
import { tokenRequestMs } from './fleet/slow.ts';
import { startTokenEndpoint, type TokenEndpoint } from './fleet/token-endpoint.ts';
import type { Peers } from './peers.ts';

const concurrent = 200;

/** The token dies under so many calls: what they cost more than the same calls with a living one. */
export async function revoked({ boxSdk }: Peers, runs: number): Promise<readonly Result[]> {
  const rounds = Math.max(3, Math.ceil(runs / 3));
  const ours = await dieUnderCalls(rounds, ourCall);
  const sdk = await dieUnderCalls(1, ({ url }) => boxSdk(url).call);
  return [
    measured('revoked.mints', ours.mints, { name: 'box-node-sdk', value: sdk.mints }),
    measured('revoked.added_over_mint', ours.added, { name: 'box-node-sdk', value: sdk.added }),
  ];
}

function ourCall({ url }: TokenEndpoint): () => Promise<unknown> {
  const credentials = { clientId: 'bench', clientSecret: new Redacted('loopback'), enterpriseId: '900001', versionId: 'v1' };
  const tokens = createTokenSource({ apiUrl: url, credentials: { get: async () => credentials, reread: async () => credentials } });
  const { users } = openManagers(
    { users: UsersManager },
    { endpoints: resolveEndpoints(url), tokens, subject: { type: 'enterprise' } },
    { signal: new AbortController().signal, remainingMs: () => 900_000 },
  ) as { users: UsersManager };
  return () => users.getUserMe();
}

async function dieUnderCalls(rounds: number, clientOf: (box: TokenEndpoint) => () => Promise<unknown>) {
  await using box = await startTokenEndpoint();
  const call = clientOf(box);
  const all = () => Promise.all(Array.from({ length: concurrent }, call));
  const msOf = async (work: () => Promise<unknown>) => {
    const startedAt = performance.now();
    await work();
    return performance.now() - startedAt;
  };
  await call();
  await all();
  const added: number[] = [];
  const mints: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const one = await msOf(call);
    const alive = await msOf(all);
    const before = box.requests();
    box.revokeAll();
    added.push(((await msOf(all)) - alive) / (tokenRequestMs + one));
    mints.push(box.requests() - before);
  }
  closeConnections();
  return { added: median(added), mints: Math.max(...mints) };
}
