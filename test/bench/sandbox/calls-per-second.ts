import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { readAll, send } from '../../../lib/http/send.ts';

const calls = 20_000;
const atOnce = 32;

interface BoxProcess {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly enterpriseId: string;
}

/** Calls that the simulated Box answers in a second of processor time: it has one thread, so that is one core's. */
export async function callsPerSecond(path: string): Promise<number> {
  const child = fork(join(import.meta.dirname, 'box-process.ts'));
  try {
    const [box] = (await once(child, 'message')) as [BoxProcess];
    const authorization = `Bearer ${await tokenOf(box)}`;
    const ask = () => get(`${box.url}${path}`, authorization);
    await inTurns(ask, calls / 4);
    const before = await processorSeconds(child);
    await inTurns(ask, calls);
    return calls / ((await processorSeconds(child)) - before);
  } finally {
    child.disconnect();
  }
}

async function inTurns(ask: () => Promise<void>, times: number): Promise<void> {
  let left = times;
  const worker = async () => {
    while (left-- > 0) await ask();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function get(url: string, authorization: string): Promise<void> {
  const { status, body } = await send({ method: 'GET', url, headers: { authorization }, repeatable: true });
  await readAll(body);
  if (status !== 200) throw new Error(`${url} was answered with status ${status}.`);
}

async function tokenOf({ url, clientId, clientSecret, enterpriseId }: BoxProcess): Promise<string> {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const body = new URLSearchParams({ ...form, box_subject_type: 'enterprise', box_subject_id: enterpriseId });
  const answer = (await (await fetch(`${url}/oauth2/token`, { method: 'POST', body })).json()) as { access_token: string };
  return answer.access_token;
}

async function processorSeconds(child: ChildProcess): Promise<number> {
  child.send('');
  const [{ user, system }] = (await once(child, 'message')) as [NodeJS.CpuUsage];
  return (user + system) / 1e6;
}
