import { BoxCcgAuth, BoxClient, CcgConfig } from 'box-node-sdk';
import { BaseUrls } from 'box-node-sdk/networking/baseUrls';
import { NetworkSession } from 'box-node-sdk/networking/network';
import { startBox } from '../../sandbox/box/server.ts';
import { usefulShare } from './useful-share.ts';

export interface NaiveOptions {
  readonly users: number;
  /** Of each user. */
  readonly calls: number;
  /** All of a user's calls at once, or one after the other. */
  readonly order: 'atOnce' | 'oneByOne';
}

export interface NaiveRuns {
  readonly usefulShare: number;
  readonly seconds: number;
}

/** What a loop over users costs with the official SDK as it comes and its own retries, until every call was answered. */
export async function naiveRuns({ users, calls, order }: NaiveOptions): Promise<NaiveRuns> {
  await using box = await startBox({ users, journalLimit: 1_000_000 });
  const baseUrls = new BaseUrls({ baseUrl: box.url, uploadUrl: `${box.url}/upload/api`, oauth2Url: `${box.url}/oauth2` });
  const { clientId, clientSecret } = box.app;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: users }, async (_, nth) => {
      const config = new CcgConfig({ clientId, clientSecret, userId: box.enterprise.listed(nth).id });
      const client = new BoxClient({ auth: new BoxCcgAuth({ config }), networkSession: new NetworkSession({ baseUrls }) });
      // Whoever catches what has failed and does it again is the best that can be said of a loop.
      for (let left = calls; left > 0; ) {
        const outcomes = await Promise.allSettled(Array.from({ length: order === 'atOnce' ? left : 1 }, () => client.users.getUserMe()));
        left -= outcomes.filter(({ status }) => status === 'fulfilled').length;
      }
    }),
  );
  return { usefulShare: usefulShare(box, users * calls), seconds: (performance.now() - startedAt) / 1000 };
}
