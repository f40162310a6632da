import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { closeConnections } from '../../../../lib/http/origin.ts';
import { AccessToken } from '../../../../lib/token/access-token.ts';
import { credentialsFrom } from '../../../../lib/token/credentials.ts';
import { Redacted } from '../../../../lib/token/redacted.ts';
import { sharedTierIn } from '../../../../lib/token/shared-tier.ts';
import type { TokenCipher } from '../../../../lib/token/token-cipher.ts';
import { createTokenSource } from '../../../../lib/token/token-source.ts';
import { storeMs, takes } from './slow.ts';
import { tokensTable } from './table.ts';
import { startTokenEndpoint } from './token-endpoint.ts';

export interface ColdFleet {
  readonly tokenRequests: number;
  readonly secretReads: number;
  /** For each caller: from the release of the fleet until it had its token, in ms; ascending. */
  readonly readyMs: readonly number[];
}

const secret = JSON.stringify({ boxAppSettings: { clientID: 'bench', clientSecret: 'loopback' }, enterpriseID: '900001' });

/** Containers that are all cold and all released at once, in this process: simulated. */
export async function coldFleet(containers: number, callers: number, { shared }: { readonly shared: boolean }): Promise<ColdFleet> {
  await using box = await startTokenEndpoint();
  let secretReads = 0;
  const manager = { send: () => takes(storeMs, () => ({ SecretString: secret, VersionId: 'v1', reads: ++secretReads })) };
  const client = tokensTable();
  const sources = Array.from({ length: containers }, (_, index) =>
    createTokenSource({
      apiUrl: box.url,
      credentials: credentialsFrom(manager as unknown as SecretsManagerClient, 'box'),
      sharedTier: shared
        ? sharedTierIn({ client, table: 'tokens', scope: 'bench', cipher, observe: () => {}, owner: String(index) })
        : undefined,
    }),
  );
  const startedAt = performance.now();
  const ready = sources.flatMap((source) =>
    Array.from({ length: callers }, async () => {
      await source.get({ type: 'enterprise' });
      return performance.now() - startedAt;
    }),
  );
  const readyMs = (await Promise.all(ready)).sort((a, b) => a - b);
  closeConnections();
  return { tokenRequests: box.requests(), secretReads, readyMs };
}

/** KMS's time, and no work. */
const cipher: TokenCipher = {
  encrypt: (token) => takes(storeMs, () => Buffer.from(token.reveal())),
  decrypt: ({ ciphertext, expiresAt, lifeMs }) =>
    takes(storeMs, () => new AccessToken(new Redacted(Buffer.from(ciphertext).toString()), { expiresAt, lifeMs })),
};
