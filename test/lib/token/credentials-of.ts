import type { CredentialsSource } from '../../../lib/token/credentials.ts';
import { Redacted } from '../../../lib/token/redacted.ts';
import type { BoxSimulator } from '../../sandbox/box/server.ts';

/** Credentials that fit the simulator's app; `secret` is read anew each time, as a new version would be. */
export function credentialsOf(
  { app }: BoxSimulator,
  secret: () => { value: string; versionId: string } = () => ({ value: app.clientSecret, versionId: 'v1' }),
) {
  const read = async () => {
    const { value, versionId } = secret();
    return { clientId: app.clientId, clientSecret: new Redacted(value), enterpriseId: app.enterpriseId, versionId };
  };
  let kept = read();
  const source: CredentialsSource = {
    get: () => kept,
    reread: () => {
      kept = read();
      return kept;
    },
  };
  return source;
}
