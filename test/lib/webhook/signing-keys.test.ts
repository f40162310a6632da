import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { isSigned } from '../../../lib/webhook/signature.ts';
import { parseSigningKeys, signingKeysFrom } from '../../../lib/webhook/signing-keys.ts';
import { listen } from '../listen.ts';
import { keys, message } from './hostile/message.ts';

const minute = 60_000;

/** A Secrets Manager with one secret. */
async function manager(text = JSON.stringify({ primaryKey: keys.primary, secondaryKey: keys.secondary })) {
  const state = { text, version: 'v1', reads: 0, isDown: false };
  const server = await listen((_, response) => {
    state.reads++;
    if (state.isDown) return void response.writeHead(500).end('{}');
    response.end(JSON.stringify({ SecretString: state.text, VersionId: state.version }));
  });
  const client = new SecretsManagerClient({
    endpoint: server.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
  let now = 0;
  const source = signingKeysFrom(client, 'arn', () => now);
  const pass = (ms: number): void => {
    now += ms;
  };
  return { state, source, pass, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const fits = (given: Parameters<typeof isSigned>[1]) => {
  const { body, timestamp, primary, secondary } = message(Date.now());
  return isSigned({ body, timestamp, primary, secondary, sentAt: 0, deliveryId: '' }, given);
};

describe('the signing keys', () => {
  it('are read once by all who ask at the same time, and again after five to ten minutes', async () => {
    await using secret = await manager();
    const { state, source, pass } = secret;
    await Promise.all(Array.from({ length: 20 }, () => source.get()));
    expect(fits(await source.get())).toBe(true);
    pass(4 * minute);
    await source.get();
    expect(state.reads).toBe(1);
    pass(7 * minute);
    await source.get();
    expect(state.reads).toBe(2);
  });

  it('are looked at again when a signature does not fit, and no oftener than twice a minute', async () => {
    await using secret = await manager();
    const { state, source, pass } = secret;
    await source.get();
    expect(await source.newerThan('v1')).toBeUndefined();
    expect(state.reads).toBe(1);
    pass(minute);
    for (let nth = 0; nth < 1000; nth++) expect(await source.newerThan('v1')).toBeUndefined();
    expect(state.reads).toBe(2);
    pass(minute);
    state.version = 'v2';
    expect(await source.newerThan('v1')).toMatchObject({ versionId: 'v2' });
    expect(await source.newerThan('v1')).toMatchObject({ versionId: 'v2' });
    expect(state.reads).toBe(3);
  });

  it('serve on while they can’t be read, for a day', async () => {
    await using secret = await manager();
    const { state, source, pass } = secret;
    await source.get();
    state.isDown = true;
    pass(60 * minute);
    expect(fits(await source.get())).toBe(true);
    pass(24 * 60 * minute);
    await expect(source.get()).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  });

  it('that are not there cost one read in five seconds, whatever arrives', async () => {
    await using secret = await manager('{}');
    const { state, source, pass } = secret;
    for (let nth = 0; nth < 100; nth++) await expect(source.get()).rejects.toMatchObject({ code: 'SECRET_INVALID' });
    expect(state.reads).toBe(1);
    pass(6_000);
    state.text = JSON.stringify({ primaryKey: keys.primary });
    expect(fits(await source.get())).toBe(true);
  });

  it('are taken without the blanks and line ends that pasting leaves behind', () => {
    expect(fits(parseSigningKeys(JSON.stringify({ primaryKey: ` ${keys.primary}\r\n`, secondaryKey: '' })))).toBe(true);
  });

  it.each(['', 'null', '[]', '"text"', '{"primaryKey":"","secondaryKey":"\\n"}', '{"primaryKey":1}', 'not json at all'])(
    'are none in %j, and the error does not repeat it',
    (text) => {
      expect(() => parseSigningKeys(text)).toThrow('Correct the webhook keys: they must be {"primaryKey","secondaryKey"}');
    },
  );
});
