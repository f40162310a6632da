// The same requests over undici.request, with the same JSON.parse and nothing else.
import { request } from 'undici';

const { call, warmUp, times } = JSON.parse(process.env.NIGHTPORTER_PARAMS);
const url = `${process.env.BOX_ENDPOINT_URL}${call === 'small' ? '/2.0/users/me' : '/2.0/users?limit=100'}`;

async function once() {
  const { body } = await request(url, { headers: { authorization: 'Bearer loopback' } });
  return JSON.parse(await body.text());
}

export async function handler() {
  for (let i = 0; i < warmUp; i++) await once();
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) await once();
  const { user, system } = process.cpuUsage(before);
  return { cpuUs: (user + system) / times };
}
