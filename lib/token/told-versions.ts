import type { Credentials, CredentialsSource } from './credentials.ts';

/** Tells of the first version of the secret, and of each that differs from the one before, whatever made it be read: a refusal, or only time. */
export function toldVersions(
  source: CredentialsSource,
  tell: (now: Credentials, before: Credentials | undefined) => void,
): CredentialsSource {
  let seen: Credentials | undefined;
  const look = (read: Credentials): Credentials => {
    const before = seen;
    seen = read;
    if (before?.versionId !== read.versionId) tell(read, before);
    return read;
  };
  return {
    get: async (signal) => look(await source.get(signal)),
    reread: async (versionId, signal) => look(await source.reread(versionId, signal)),
  };
}
