import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { newWebhookKeys } from '../../../infra/cli/secret/new-value.ts';

const app = { name: 'default', secretArn: 'arn:box', webhookKeysArn: 'arn:keys' };
const deployment = {
  stage: 'dev',
  region: 'eu-west-1',
  apps: [app],
  functions: [],
  workers: [],
  webhooks: [],
  webhooksInBox: [],
  eventsTable: undefined,
  isArmed: undefined,
  unarmed: [],
  runsTable: undefined,
  reportBucket: undefined,
  tokensTable: undefined,
  operationsUrl: undefined,
  approvalsUrl: undefined,
};

function given(text: string) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(text);
  return newWebhookKeys({ stdin, stdout, stderr }, app, deployment);
}

const [primaryKey, secondaryKey] = ['CANARY-primary-0123456789', 'CANARY-secondary-0123456789'];

describe('webhook keys', () => {
  it('are taken as Box gives them, both of them', async () => {
    const text = JSON.stringify({ primaryKey, secondaryKey });
    expect(await given(text)).toEqual({ secretArn: 'arn:keys', text });
  });

  it('are written without the blanks and line ends that pasting leaves around them, which the receiver would leave out as well', async () => {
    const pasted = JSON.stringify({ primaryKey: ` ${primaryKey}\r\n`, secondaryKey: `\t${secondaryKey}\n`, note: 'of today' });
    expect(await given(`\n${pasted}\n`)).toEqual({ secretArn: 'arn:keys', text: JSON.stringify({ primaryKey, secondaryKey }) });
  });

  it.each([
    ['broken by a line end', JSON.stringify({ primaryKey, secondaryKey: secondaryKey.replace('-', '-\n') }), 'secondaryKey has blanks'],
    ['of blanks alone', JSON.stringify({ primaryKey, secondaryKey: ' '.repeat(40) }), 'secondaryKey is missing'],
    ['no JSON', 'CANARY', 'not JSON'],
    ['one key only', JSON.stringify({ primaryKey }), 'secondaryKey'],
    ['an empty key, which would accept forged messages', JSON.stringify({ primaryKey, secondaryKey: '' }), 'secondaryKey'],
    ['the same key twice', JSON.stringify({ primaryKey, secondaryKey: primaryKey }), 'the same'],
  ])('are refused when they are %s, and not quoted', async (_, text, why) => {
    const error: Error = await given(text).then(
      () => expect.unreachable(),
      (thrown) => thrown,
    );
    expect(error).toMatchObject({ code: 'SECRET_INVALID', message: expect.stringContaining(why) });
    expect(error.message).not.toContain('CANARY');
  });
});
