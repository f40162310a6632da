// box-node-sdk as it comes: its token, and its call.
import { BoxCcgAuth, BoxClient, CcgConfig } from 'box-node-sdk';
import { BaseUrls } from 'box-node-sdk/networking/baseUrls';
import { NetworkSession } from 'box-node-sdk/networking/network';

export function boxSdk(url) {
  const auth = new BoxCcgAuth({ config: new CcgConfig({ clientId: 'bench', clientSecret: 'loopback', enterpriseId: '900001' }) });
  const baseUrls = new BaseUrls({ baseUrl: url, uploadUrl: `${url}/upload/api`, oauth2Url: `${url}/oauth2` });
  const networkSession = new NetworkSession({ baseUrls });
  const client = new BoxClient({ auth, networkSession });
  return { takeToken: () => auth.retrieveToken(networkSession), call: () => client.users.getUserMe() };
}
