import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import { awsClientOptions } from '../../../lib/http/aws-request-handler.ts';
import { closeConnections } from '../../../lib/http/origin.ts';
import { credentialsFrom, parseCredentials } from '../../../lib/token/credentials.ts';
import type { TokenEvent } from '../../../lib/token/token-event.ts';
import { listen } from '../listen.ts';

const good = { boxAppSettings: { clientID: 'id', clientSecret: 'canary-secret' }, enterpriseID: '900001' };

afterEach(closeConnections);

describe('the secret', () => {
  it("is read in the shape of Box's developer console, whatever else stands in it", () => {
    const text = JSON.stringify({ ...good, webhooks: { primaryKey: 'x' }, boxAppSettings: { ...good.boxAppSettings, appAuth: {} } });
    const credentials = parseCredentials(text, 'v1');
    expect(credentials).toMatchObject({ clientId: 'id', enterpriseId: '900001', versionId: 'v1' });
    expect(credentials.clientSecret.reveal()).toBe('canary-secret');
  });

  it('loses the spaces and line ends that come along when it is pasted', () => {
    const text = JSON.stringify({ ...good, boxAppSettings: { clientID: ' id\n', clientSecret: 'canary-secret ' } });
    expect(parseCredentials(text, 'v1').clientSecret.reveal()).toBe('canary-secret');
  });

  it.each([
    ['canary-secret', 'not JSON'],
    ['"canary-secret"', 'not an object'],
    ['null', 'not an object'],
    ['{}', 'boxAppSettings'],
    [JSON.stringify({ ...good, enterpriseID: '' }), 'enterpriseID'],
    [JSON.stringify({ ...good, enterpriseID: 900001 }), 'enterpriseID'],
    [JSON.stringify({ ...good, enterpriseID: 'canary-secret' }), 'enterpriseID'],
    [JSON.stringify({ ...good, boxAppSettings: { clientID: 'id' } }), 'boxAppSettings.clientSecret'],
    [JSON.stringify({ ...good, boxAppSettings: { clientID: '', clientSecret: 'canary-secret' } }), 'boxAppSettings.clientID'],
    [JSON.stringify({ ...good, boxAppSettings: { clientID: 'id', clientSecret: '<your secret>' } }), 'boxAppSettings.clientSecret'],
    [JSON.stringify({ ...good, boxAppSettings: { ...good.boxAppSettings, appAuth: { privateKey: 'canary-secret' } } }), 'JWT'],
    [JSON.stringify({ ...good, boxAppSettings: { clientID: '{{clientID}}', clientSecret: 'canary-secret' } }), 'boxAppSettings.clientID'],
  ])('is refused with the faulty field, and never quoted: %s', (text, field) => {
    const error = (() => {
      try {
        return parseCredentials(text, 'v1');
      } catch (thrown) {
        return thrown as Error;
      }
    })();
    expect(error).toMatchObject({ code: 'SECRET_INVALID', message: expect.stringContaining(field) });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary-secret');
  });

  it('is never shown by logging the credentials', () => {
    const credentials = parseCredentials(JSON.stringify(good), 'v1');
    const shown = [
      inspect(credentials, { depth: 9 }),
      JSON.stringify(credentials),
      JSON.stringify({ ...credentials }),
      `${credentials.clientSecret}`,
    ];
    expect(shown.join()).not.toContain('canary-secret');
  });
});

describe('Secrets Manager', () => {
  /** Answers GetSecretValue; the nth answer is the nth given, the last one for ever. */
  const manager = async (...answers: readonly { status?: number; body: object }[]) => {
    let calls = 0;
    const server = await listen((request, response) => {
      request.resume().on('end', () => {
        const { status = 200, body } = answers[Math.min(calls++, answers.length - 1)] ?? { body: {} };
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
      });
    });
    return { server, client: clientOf(server.url), calls: () => calls };
  };
  const clientOf = (endpoint: string) =>
    new SecretsManagerClient({
      ...awsClientOptions(),
      region: 'eu-west-1',
      endpoint,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
  const value = (versionId: string, secret = good) => ({ body: { SecretString: JSON.stringify(secret), VersionId: versionId } });

  it('is asked once by many callers, and again after five to ten minutes', async () => {
    let now = 0;
    const { server, client, calls } = await manager(value('v1'));
    await using _ = server;
    const source = credentialsFrom(client, 'arn', () => now);
    await Promise.all(Array.from({ length: 20 }, () => source.get()));
    expect(calls()).toBe(1);
    now = 299_999;
    await source.get();
    expect(calls()).toBe(1);
    now = 600_001;
    await source.get();
    expect(calls()).toBe(2);
  });

  it('is waited for on by the others when the caller who asked first is stopped', async () => {
    const { promise: asked, resolve: ask } = Promise.withResolvers<ServerResponse>();
    await using server = await listen((_, response) => ask(response));
    const source = credentialsFrom(clientOf(server.url), 'arn');
    const reason = new Error('The step was stopped.');
    const stop = new AbortController();
    const first = expect(source.get(stop.signal)).rejects.toBe(reason);
    const second = source.get(new AbortController().signal);
    const response = await asked;
    stop.abort(reason);
    await first;
    response.end(JSON.stringify(value('v1').body));
    expect(await second).toMatchObject({ versionId: 'v1' });
  });

  it('may be out of reach for a day: the value read before stands in', async () => {
    let now = 0;
    const { server, client, calls } = await manager(value('v1'), { status: 500, body: { __type: 'InternalServiceError' } });
    await using _ = server;
    const source = credentialsFrom(client, 'arn', () => now);
    await source.get();
    for (now = 3_600_000; now < 86_400_000; now += 21_600_000) expect((await source.get()).versionId).toBe('v1');
    now = 86_400_001;
    await expect(source.get()).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
    expect(calls()).toBeGreaterThan(4);
  });

  it('is told of when it refuses or holds rubbish, though the value read before serves on', async () => {
    let now = 0;
    const denied = { status: 400, body: { __type: 'AccessDeniedException' } };
    const { server, client } = await manager(value('v1'), denied, { body: { SecretString: '{{', VersionId: 'v2' } }, value('v3'));
    await using _ = server;
    const events: TokenEvent[] = [];
    const source = credentialsFrom(
      client,
      'arn',
      () => now,
      (event) => events.push(event),
    );
    const versions: string[] = [];
    for (let read = 0; read < 4; read++, now += 600_001) versions.push((await source.get()).versionId);
    expect(versions).toEqual(['v1', 'v1', 'v1', 'v3']);
    expect(events).toEqual(['SECRET_UNREADABLE', 'SECRET_INVALID'].map((code) => ({ kind: 'secretUnreadable', code })));
  });

  it('is read once for many refusals in a row', async () => {
    let now = 0;
    const { server, client, calls } = await manager(value('v1'));
    await using _ = server;
    const source = credentialsFrom(client, 'arn', () => now);
    await source.get();
    for (let refusal = 0; refusal < 50; refusal++, now += 50) await source.reread('v1');
    expect(calls()).toBe(2);
  });

  it('is not asked for a version that is no longer the known one, however late', async () => {
    let now = 0;
    const { server, client, calls } = await manager(value('v1'), value('v2'));
    await using _ = server;
    const source = credentialsFrom(client, 'arn', () => now);
    await source.get();
    await source.reread('v1');
    now = 60_000;
    expect((await source.reread('v1')).versionId).toBe('v2');
    expect(calls()).toBe(2);
  });

  it('is asked by a hundred containers at different times', async () => {
    let now = 0;
    const { server, client, calls } = await manager(value('v1'));
    await using _ = server;
    const fleet = Array.from({ length: 100 }, () => credentialsFrom(client, 'arn', () => now));
    for (const source of fleet) await source.get();
    now = 450_000;
    for (const source of fleet) await source.get();
    expect(calls()).toBeGreaterThan(105);
    expect(calls()).toBeLessThan(195);
  });

  it('that can not be read is asked once a minute while an older value stands in', async () => {
    let now = 0;
    const { server, client, calls } = await manager(value('v1'), { status: 400, body: { __type: 'AccessDeniedException' } });
    await using _ = server;
    const source = credentialsFrom(client, 'arn', () => now);
    await source.get();
    for (now = 600_001; now < 720_001; now += 1_000) await source.get();
    expect(calls()).toBe(1 + 2);
  });

  it('is asked again after a refusal, unless that has been done since', async () => {
    const { server, client, calls } = await manager(value('v1'), value('v2'));
    await using _ = server;
    const source = credentialsFrom(client, 'arn');
    const { versionId } = await source.get();
    expect((await source.reread(versionId)).versionId).toBe('v2');
    expect((await source.reread(versionId)).versionId).toBe('v2');
    expect(calls()).toBe(2);
  });

  it.each([
    ['ResourceNotFoundException', 'SECRET_EMPTY', /no value yet/],
    ['AccessDeniedException', 'SECRET_UNREADABLE', /may read/],
  ])('that answers %s is explained', async (__type, code, sentence) => {
    const { server, client } = await manager({ status: 400, body: { __type } });
    await using _ = server;
    await expect(credentialsFrom(client, 'arn').get()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(sentence),
    });
  });

  it('with a binary value is refused', async () => {
    const { server, client } = await manager({ body: { SecretBinary: Buffer.from('x').toString('base64'), VersionId: 'v1' } });
    await using _ = server;
    await expect(credentialsFrom(client, 'arn').get()).rejects.toMatchObject({ code: 'SECRET_INVALID' });
  });
});
