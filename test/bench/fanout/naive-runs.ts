import { BoxCcgAuth, BoxClient, CcgConfig } from 'box-node-sdk';
import { BaseUrls } from 'box-node-sdk/networking/baseUrls';
import { NetworkSession } from 'box-node-sdk/networking/network';
import { startBox } from '../../sandbox/box/server.ts';

export interface NaiveRuns {
  /** Calls that were answered over calls that were sent. */
  readonly usefulShare: number;
}

/** What a loop over users costs with the official SDK as it comes: all of a user's calls at once, and its own retries. */
export async function naiveRuns({ users, calls }: { readonly users: number; readonly calls: number }): Promise<NaiveRuns> {
  await using box = await startBox({ users, journalLimit: 1_000_000 });
  const baseUrls = new BaseUrls({ baseUrl: box.url, uploadUrl: `${box.url}/upload/api`, oauth2Url: `${box.url}/oauth2` });
  const { clientId, clientSecret } = box.app;
  const outcomes = await Promise.all(
    Array.from({ length: users }, async (_, nth) => {
      const config = new CcgConfig({ clientId, clientSecret, userId: box.enterprise.listed(nth).id });
      const client = new BoxClient({ auth: new BoxCcgAuth({ config }), networkSession: new NetworkSession({ baseUrls }) });
      return Promise.allSettled(Array.from({ length: calls }, () => client.users.getUserMe()));
    }),
  );
  const answered = outcomes.flat().filter(({ status }) => status === 'fulfilled').length;
  const sent = box.journal.entries.filter(({ path }) => path === '/2.0/users/me').length;
  return { usefulShare: answered / Math.max(1, sent) };
}
