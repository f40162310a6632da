import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { UsersManager } from 'box-node-sdk/managers/users';
import { afterEach, describe, expect, it } from 'vitest';
import { resolveEndpoints } from '../../../lib/box/endpoints.ts';
import { awsClientOptions } from '../../../lib/http/aws-request-handler.ts';
import { closeConnections } from '../../../lib/http/origin.ts';
import { send } from '../../../lib/http/send.ts';
import { createLog } from '../../../lib/observe/log.ts';
import { openManagers } from '../../../lib/session/box.ts';
import { tokenLog } from '../../../lib/session/token-log.ts';
import { credentialsFrom, parseCredentials } from '../../../lib/token/credentials.ts';
import { MemoryTier } from '../../../lib/token/memory-tier.ts';
import { createTokenSource } from '../../../lib/token/token-source.ts';
import { listen } from '../listen.ts';
import { type RunsTable, tokensTable } from '../run/table.ts';
import { everyView } from './canary/every-view.ts';
import * as hostile from './canary/hostile.ts';
import { openWorld } from './fleet/fleet-world.ts';

afterEach(closeConnections);

const enterprise = { type: 'enterprise' } as const;
const { clientSecret, accessToken, secretText, granted, read, json, cutOff, noJson, noHttp, closed } = hostile;
const grantedText = JSON.stringify({ access_token: accessToken, expires_in: 3_600 });

/** In every writing in which it could be carried off. */
function expectAbsent(text: string, canaries: readonly string[]): void {
  for (const canary of canaries) {
    for (const writing of [canary, Buffer.from(canary).toString('base64').slice(0, -4), Buffer.from(canary).toString('hex')]) {
      expect(text.includes(writing), `the canary as ${writing}`).toBe(false);
    }
  }
}

/** A call as a job makes it, in a world that answers so. @returns what failed it, and what was logged */
async function failingCall(answers: Partial<hostile.Hostile>) {
  await using server = await hostile.startHostile({ secrets: read, token: granted, call: json(200, { id: '1' }), ...answers });
  const lines: string[] = [];
  const log = createLog({ stage: 'test', job: 'canary', write: (line) => lines.push(line) });
  const client = new SecretsManagerClient({
    ...awsClientOptions(),
    maxAttempts: 1,
    region: 'eu-west-1',
    endpoint: server.url,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const signal = AbortSignal.timeout(1_500);
  const tokens = createTokenSource({ apiUrl: server.url, credentials: credentialsFrom(client, 'box'), observe: tokenLog(log) });
  const connection = { endpoints: resolveEndpoints(server.url), tokens, subject: enterprise };
  const { users } = openManagers({ users: UsersManager }, connection, { signal, remainingMs: () => 1_500 }) as { users: UsersManager };
  const error = await users.getUserMe().then(
    () => expect.unreachable('the call succeeded'),
    (thrown: unknown) => thrown,
  );
  expect(error).not.toMatchObject({ code: 'BOX_ENDPOINT_REFUSED' });
  log.failed('Run failed.', error);
  return { error, lines };
}

const failures: readonly (readonly [string, Partial<hostile.Hostile>])[] = [
  ['a secret that is not JSON', { secrets: json(200, { SecretString: `{${clientSecret}`, VersionId: 'v1' }) }],
  ['a secret with swapped fields', { secrets: json(200, { SecretString: secretText.replace('900001', clientSecret), VersionId: 'v1' }) }],
  ['a secret whose placeholder was left', { secrets: json(200, { SecretString: secretText.replace('an-id', `<${clientSecret}>`) }) }],
  ['an answer of Secrets Manager that is cut off', { secrets: cutOff(JSON.stringify({ SecretString: secretText })) }],
  ['an answer of Secrets Manager that is no JSON', { secrets: noJson(`{"SecretString":"${clientSecret}", ${clientSecret}`) }],
  ['an answer of Secrets Manager that is no HTTP', { secrets: noHttp(secretText) }],
  ['a refusal of Secrets Manager that repeats the secret', { secrets: json(400, { __type: 'Oops', message: clientSecret }) }],
  ['a refusal of Box', { token: json(400, { error: 'invalid_client', error_description: 'The client credentials are invalid' }) }],
  [
    'a refusal of Box that repeats what was sent',
    { token: (response, asked) => json(400, { error: 'invalid_grant', error_description: asked })(response, '') },
  ],
  ['a grant that says no end', { token: json(200, { access_token: accessToken }) }],
  ['a grant that is cut off', { token: cutOff(grantedText) }],
  ['a grant that is no JSON', { token: noJson(`${grantedText}${accessToken}`) }],
  ['a grant that is no HTTP', { token: noHttp(grantedText) }],
  ['a token endpoint that closes the connection', { token: closed }],
  ['an API that refuses every token', { call: json(401, {}) }],
  ['an API that answers with what is no JSON', { call: noJson('<html>') }],
  ['an API that closes the connection', { call: closed }],
];

describe('neither secret nor token is shown', () => {
  it.each(failures)('by %s', async (_, answers) => {
    const { error, lines } = await failingCall(answers);
    expect(error).toBeInstanceOf(Error);
    expect(lines.length).toBeGreaterThan(0);
    expectAbsent(everyView(error), [clientSecret, accessToken]);
    expectAbsent(lines.join('\n'), [clientSecret, accessToken]);
  });

  it('by an answer that is no HTTP, whose bytes Node keeps', async () => {
    await using server = await listen((request, response) => request.resume().on('end', () => noHttp(grantedText)(response, '')));
    const error = await send({ method: 'POST', url: `${server.url}/oauth2/token`, headers: {}, repeatable: false }).catch(
      (thrown) => thrown,
    );
    expect(error).toMatchObject({ code: expect.stringMatching(/^HPE_/) });
    expectAbsent(everyView(error), [accessToken]);
  });

  it('by what the product keeps them in', async () => {
    const credentials = parseCredentials(secretText, 'v1');
    const source = { get: async () => credentials, reread: async () => credentials };
    await using server = await hostile.startHostile({ secrets: read, token: granted, call: closed });
    const tokens = createTokenSource({ apiUrl: server.url, credentials: source });
    const token = await tokens.get(enterprise);
    expect(token.authorization).toBe(`Bearer ${accessToken}`);
    const memory = new MemoryTier();
    memory.put('enterprise', token);
    for (const kept of [credentials, token, memory, tokens, source, { token, credentials }]) {
      expectAbsent(everyView(kept), [clientSecret, accessToken]);
    }
  });
});

describe('a fleet with a shared tier, in good hours and bad ones', () => {
  it('leaves neither secret nor token in a log line, a metric or the table', async () => {
    await using table = await tokensTable();
    await using world = await openWorld({ table });
    const lines: string[] = [];
    const observe = tokenLog(createLog({ stage: 'test', job: 'canary', write: (line) => lines.push(line) }));
    const canaries = () => [...world.tokens(), ...world.secret.values];
    const user = { type: 'user', id: world.box.enterprise.userAt(0).id } as const;
    const [first = expect.unreachable(), second = expect.unreachable()] = [world.addContainer(), world.addContainer()];
    const everybody = () =>
      Promise.allSettled([first, second].flatMap(({ source }) => [source.get(enterprise), source.get(user), source.mint(enterprise)]));
    await everybody();
    world.pass(3_400_000);
    world.secret.reset({ oldLives: false });
    await everybody();
    await Promise.all([first, second].map(({ source }) => source.settle(2_000)));
    world.internet.always('store', 'broken');
    world.internet.always('kms', 'throttled');
    world.pass(3_400_000);
    await everybody();
    world.secret.promote();
    world.revokeAll();
    await everybody();
    for (const event of [first, second].flatMap(({ events }) => events)) observe(event);
    expect(lines.length).toBeGreaterThan(10);
    expect(canaries().length).toBeGreaterThan(6);
    expectAbsent(lines.join('\n'), canaries());
    expectAbsent(JSON.stringify(everyView(await everyItem(table))), canaries());
    expectAbsent(everyView([first.events, second.events]), canaries());
  });
});

async function everyItem({ client, name }: RunsTable): Promise<unknown> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: name }));
  expect(Items.length).toBeGreaterThan(0);
  return Items;
}
