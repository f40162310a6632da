import { createHash } from 'node:crypto';
import type { TokenOrigin } from './access-token.ts';
import type { Credentials } from './credentials.ts';

/** What is kept with a token, so that one of another app or enterprise is never taken for ours after the secret has changed. */
export function originOf({ clientId, enterpriseId, versionId }: Credentials): TokenOrigin {
  const app = createHash('sha256').update(`${clientId} ${enterpriseId}`).digest('hex').slice(0, 16);
  return { secretVersion: versionId, app };
}
