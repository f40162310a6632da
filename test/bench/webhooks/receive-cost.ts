import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WebhooksManager } from 'box-node-sdk/managers/webhooks';
import { pack } from '../../../lib/webhook/envelope.ts';
import { receiver } from '../../../lib/webhook/receiver.ts';
import { refusals } from '../../../lib/webhook/signed-request.ts';
import { bodyOf, type Event, eventOf, keys, message } from '../../lib/webhook/hostile/message.ts';
import { knownKeys } from '../../lib/webhook/hostile/traffic.ts';
import { installPeers } from '../install-peers.ts';
import { interleave } from '../interleave.ts';
import { peersFolder } from '../peers-folder.ts';
import { measured, type Result } from '../result.ts';

type Case = 'bare' | 'hmac' | 'ours' | 'boxSdk' | 'slack';

/** Processor time that is given away besides the HMACs, in microseconds. */
const allowance = 20;

/** What verifying and packing add to a handler that does nothing, beside the bare HMAC over the same bytes. */
export async function receiveCost(runs: number): Promise<readonly Result[]> {
  await installPeers();
  const small = await costs(runs, bodyOf('x'), 20_000);
  const large = await costs(runs, Buffer.alloc(256 * 1024, 'x'), 300);
  const over = ({ added, hmac }: Costs) => (added - allowance) / hmac;
  return [
    measured('receive.added_over_hmac_2kb', over(small)),
    measured('receive.added_over_hmac_256kb', over(large)),
    measured('receive.added_2kb_us', small.added, { name: 'box-node-sdk validateMessage', value: small.boxSdk }),
    measured('receive.added_256kb_us', large.added, { name: 'box-node-sdk validateMessage', value: large.boxSdk }),
    measured('receive.slack_bolt_2kb_us', small.slack),
    measured('receive.slack_bolt_256kb_us', large.slack),
    measured('receive.hmac_2kb_us', small.hmac),
    measured('receive.hmac_256kb_us', large.hmac),
  ];
}

interface Costs {
  readonly hmac: number;
  readonly added: number;
  readonly boxSdk: number;
  readonly slack: number;
}

async function costs(runs: number, body: Buffer, times: number): Promise<Costs> {
  // Ten minutes are longer than a bench of this.
  const event = eventOf(message(Date.now(), { body }));
  const timestamp = event.headers['box-delivery-timestamp'] ?? '';
  let packed = 0;
  const receive = receiver({
    keys: knownKeys,
    enqueue: async (envelope) => {
      packed += pack(envelope).MessageBody.length;
    },
  });
  const answer = async (given: Event) => {
    const receipt = await receive(given);
    return { statusCode: receipt === 'accepted' ? 202 : refusals[receipt] };
  };
  const slack = await slackReceiver(body.length);
  const { bare, hmac, ours, boxSdk, ...others } = await interleave<Case, { us: number }>(runs, {
    bare: () => usOf(times, async () => ({ statusCode: 202 })),
    hmac: () => usOf(times, async () => createHmac('sha256', keys.primary).update(body).update(timestamp).digest('base64')),
    ours: () => usOf(times, () => answer(event)),
    boxSdk: () =>
      usOf(times, () => WebhooksManager.validateMessage(event.body, event.headers, keys.primary, { secondaryKey: keys.secondary })),
    slack: () => usOf(times, slack),
  });
  if (packed === 0 || (await answer(event)).statusCode !== 202) throw new Error('The receiver did not accept what it was measured with.');
  return { hmac: hmac.us - bare.us, added: ours.us - bare.us, boxSdk: boxSdk.us - bare.us, slack: others.slack.us - bare.us };
}

interface SlackEvent {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly isBase64Encoded: boolean;
  readonly rawPath: string;
}

/** What a team with Slack's signatures deploys, and a message of Slack that is as long. @throws Error when it does not accept it */
async function slackReceiver(length: number): Promise<() => Promise<unknown>> {
  const module = pathToFileURL(join(peersFolder, 'webhooks/slack-bolt.mjs')).href;
  const { slackHandler } = (await import(module)) as {
    slackHandler: (secret: string) => (event: SlackEvent, context: object) => Promise<{ readonly statusCode: number }>;
  };
  const start = '{"type":"event_callback","text":"';
  const body = `${start}${'x'.repeat(Math.max(0, length - start.length - 2))}"}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', keys.primary).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` };
  const handler = slackHandler(keys.primary);
  const call = () => handler({ body, headers, isBase64Encoded: false, rawPath: '/' }, {});
  if ((await call()).statusCode !== 200) throw new Error('The receiver of @slack/bolt did not accept what it was measured with.');
  return call;
}

/** Processor time of one call, in microseconds. */
async function usOf(times: number, call: () => Promise<unknown>): Promise<{ readonly us: number }> {
  const before = process.cpuUsage();
  for (let nth = 0; nth < times; nth++) await call();
  const { user, system } = process.cpuUsage(before);
  return { us: (user + system) / times };
}
