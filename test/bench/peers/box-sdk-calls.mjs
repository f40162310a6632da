// The same calls by box-node-sdk as it comes.
import { BoxClient, BoxDeveloperTokenAuth } from 'box-node-sdk';
import { NetworkSession } from 'box-node-sdk/networking/network';
import { BaseUrls } from 'box-node-sdk/networking/baseUrls';

const { call, warmUp, times } = JSON.parse(process.env.NIGHTPORTER_PARAMS);
const baseUrl = process.env.BOX_ENDPOINT_URL;
const baseUrls = new BaseUrls({ baseUrl, uploadUrl: `${baseUrl}/upload/api`, oauth2Url: `${baseUrl}/oauth2` });
const client = new BoxClient({
  auth: new BoxDeveloperTokenAuth({ token: 'loopback' }),
  networkSession: new NetworkSession({ baseUrls }),
});
const once = call === 'small' ? () => client.users.getUserMe() : () => client.users.getUsers({ limit: 100 });

export async function handler() {
  for (let i = 0; i < warmUp; i++) await once();
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) await once();
  const { user, system } = process.cpuUsage(before);
  return { cpuUs: (user + system) / times };
}
