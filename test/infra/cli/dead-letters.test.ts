import { expect, it } from 'vitest';
import { withDeadLetters } from '../../../infra/cli/deliveries/dead-letters.ts';
import { factsOf } from '../../../infra/cli/deliveries/letter-facts.ts';
import { awsClientOptions } from '../../../lib/http/aws-request-handler.ts';
import { listen } from '../../lib/listen.ts';

interface Asked {
  readonly WaitTimeSeconds?: number;
  readonly Entries?: readonly { readonly ReceiptHandle: string; readonly VisibilityTimeout: number }[];
}

const md5OfNothing = 'd41d8cd98f00b204e9800998ecf8427e';

/** A queue of so many letters, ten at a time, in Amazon's JSON protocol. */
async function queueOf(letters: number) {
  const handedOut: string[] = [];
  const givenBack: string[] = [];
  const waits = new Set<number | undefined>();
  const server = await listen(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { WaitTimeSeconds, Entries = [] } = JSON.parse(Buffer.concat(chunks).toString()) as Asked;
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    if (request.headers['x-amz-target'] !== 'AmazonSQS.ReceiveMessage') {
      givenBack.push(...Entries.filter(({ VisibilityTimeout }) => VisibilityTimeout === 0).map(({ ReceiptHandle }) => ReceiptHandle));
      response.end(JSON.stringify({ Successful: Entries.map((_, nth) => ({ Id: String(nth) })), Failed: [] }));
      return;
    }
    waits.add(WaitTimeSeconds);
    const Messages = Array.from({ length: Math.min(10, letters - handedOut.length) }, () => {
      handedOut.push(`handle ${handedOut.length}`);
      return {
        MessageId: 'm',
        ReceiptHandle: handedOut.at(-1),
        Body: '',
        MD5OfBody: md5OfNothing,
        MessageAttributes: sentAt(handedOut.length),
      };
    });
    response.end(JSON.stringify({ Messages }));
  });
  const aws = { ...awsClientOptions(), region: 'eu-west-1', endpoint: server.url, credentials: { accessKeyId: 'a', secretAccessKey: 's' } };
  const webhook = {
    name: 'archive',
    app: 'default',
    address: '',
    queueUrl: `${server.url}/1/queue`,
    deadLettersUrl: `${server.url}/1/letters`,
  };
  return { cli: { aws }, webhook, handedOut, givenBack, waits, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** What a stranger to our receiver may have put there says anything, or nothing, of when it was sent. */
function sentAt(nth: number) {
  const StringValue = nth % 3 === 0 ? 'yesterday' : '1795312800000';
  return nth % 3 === 1 ? {} : { sentAt: { DataType: 'String', StringValue } };
}

it.each([
  [37, 37, false],
  [634, 500, true],
])('of %i letters %i are shown, and all that were taken out of the queue are given back', async (letters, shown, cut) => {
  await using queue = await queueOf(letters);
  const found = await withDeadLetters(queue.cli, queue.webhook, async (found, { isCut }) => ({ facts: found.map(factsOf), isCut }));
  expect([found.facts.length, found.isCut]).toEqual([shown, cut]);
  expect(queue.givenBack).toEqual(queue.handedOut);
  expect(new Set(found.facts.map((facts) => facts.sentAt))).toEqual(new Set([null, '2026-11-22T02:00:00.000Z']));
});

it('the queue is waited for: asked for an answer at once, it may say of itself that it is empty', async () => {
  await using queue = await queueOf(3);
  await withDeadLetters(queue.cli, queue.webhook, async () => undefined);
  expect([...queue.waits]).toEqual([1]);
});
