import { pages } from '../../../lib/box/pages.ts';
import type { Redacted } from '../../../lib/token/redacted.ts';
import { askBox } from './ask-box.ts';

interface User {
  readonly id?: unknown;
  readonly status?: unknown;
}

/** The first active managed user that the service account can see; `undefined` when it sees none. */
export async function firstActiveUser(accessToken: Redacted): Promise<string | undefined> {
  const fetch = async (marker: string | undefined) => {
    const query = new URLSearchParams({
      usemarker: 'true',
      limit: '1000',
      fields: 'status',
      user_type: 'managed',
      ...(marker && { marker }),
    });
    const { data } = await askBox({ accessToken, path: `/2.0/users?${query}` });
    return {
      entries: Array.isArray(data.entries) ? (data.entries as User[]) : [],
      nextMarker: typeof data.next_marker === 'string' ? data.next_marker : null,
    };
  };
  for await (const { id, status } of pages.byMarker(fetch)) if (status === 'active' && typeof id === 'string') return id;
  return undefined;
}
