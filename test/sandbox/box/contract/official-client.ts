import { BoxClient } from 'box-node-sdk';
import { BoxCcgAuth, CcgConfig } from 'box-node-sdk/box/ccgAuth';
import { BaseUrls } from 'box-node-sdk/networking/baseUrls';
import { NetworkSession } from 'box-node-sdk/networking/network';
import type { BoxSimulator } from '../server.ts';

/** Box's SDK as it comes, pointed at the simulator. @param subject instead of the service account of the right enterprise. */
export function officialClient(
  box: BoxSimulator,
  subject: { readonly userId?: string; readonly enterpriseId?: string; readonly clientSecret?: string } = {},
): BoxClient {
  const { clientId, clientSecret, enterpriseId } = box.app;
  const config = new CcgConfig({ clientId, clientSecret, enterpriseId, ...subject });
  const baseUrls = new BaseUrls({ baseUrl: box.url, uploadUrl: `${box.url}/upload/api`, oauth2Url: box.url });
  return new BoxClient({ auth: new BoxCcgAuth({ config }), networkSession: new NetworkSession({ baseUrls }) });
}
