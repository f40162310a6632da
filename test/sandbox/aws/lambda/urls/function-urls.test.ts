import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import { Duration, type Stack } from 'aws-cdk-lib';
import { CfnUrl, Code, FunctionUrlAuthType, InvokeMode, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actAs, actor, type ClientSettings } from '../../fixture/act-as.ts';
import { output, synthesiseStack } from '../../fixture/synthesise.ts';
import { type Aws, startAws } from '../../index.ts';

/** Answers with its event, or with what the body asks for. */
const source = `exports.handler = async (event) => {
  if (event.rawPath === '/answer') return JSON.parse(event.body);
  if (event.rawPath === '/throw') throw new Error('no');
  if (event.rawPath === '/slow') await new Promise((resolve) => setTimeout(resolve, 300));
  return event;
};`;

let aws: Aws;

beforeAll(async () => {
  const assembly = synthesiseStack((stack: Stack) => {
    const add = (id: string, more: object = {}) =>
      new LambdaFunction(stack, id, {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: Code.fromInline(source),
        timeout: Duration.seconds(5),
        ...more,
      });
    const open = add('Open', { reservedConcurrentExecutions: 1 });
    output(stack, 'open', open.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }).url);
    const live = add('Closed').addAlias('live');
    const closed = live.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
    output(stack, 'closed', closed.url);
    const friend = actor(stack, 'Friend');
    closed.grantInvokeUrl(friend);
    live.grantInvoke(friend);
    actor(stack, 'Stranger');
    // Without the permissions that everybody would need.
    const forgotten = new CfnUrl(stack, 'Forgotten', { authType: 'NONE', targetFunctionArn: add('Unshared').functionArn });
    output(stack, 'forgotten', forgotten.attrFunctionUrl);
  });
  aws = await startAws({ assembly });
  await aws.deploy();
});
afterAll(() => aws.stop());

const url = (name: string, path = '') => `${aws.outputs('Test')[name]}${path}`;
const answer = (body: unknown) =>
  fetch(url('open', 'answer'), { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

test('a request becomes an event of format 2.0', async () => {
  const response = await fetch(url('open', 'a%20b/c?x=1&x=2&y=%C3%A4'), {
    method: 'PUT',
    headers: { 'X-Custom': 'Value', cookie: 'one=1; two=2', 'content-type': 'text/plain; charset=utf-8' },
    body: 'plain ä',
  });
  expect(response.headers.get('content-type')).toBe('application/json');
  const { host } = new URL(url('open'));
  expect(await response.json()).toMatchObject({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/a%20b/c',
    rawQueryString: 'x=1&x=2&y=%C3%A4',
    cookies: ['one=1', 'two=2'],
    headers: { 'x-custom': 'Value', host, 'x-forwarded-proto': 'https' },
    queryStringParameters: { x: '1,2', y: 'ä' },
    requestContext: {
      accountId: 'anonymous',
      domainName: host,
      http: { method: 'PUT', path: '/a%20b/c', protocol: 'HTTP/1.1' },
      stage: '$default',
      time: expect.stringMatching(/^\d{2}\/\w{3}\/\d{4}:\d{2}:\d{2}:\d{2} \+0000$/),
    },
    body: 'plain ä',
    isBase64Encoded: false,
  });
});

test('bytes arrive in base64, unchanged', async () => {
  const body = Buffer.from([0, 255, 1, 254]);
  const event = await (await fetch(url('open'), { method: 'POST', body, headers: { 'content-type': 'application/octet-stream' } })).json();
  expect(event).toMatchObject({ body: body.toString('base64'), isBase64Encoded: true });
});

test('headers that come more than once are joined', async () => {
  const event = await new Promise<string>((resolve, reject) => {
    const outgoing = request(
      url('open'),
      { headers: ['X-Twice', 'one', 'x-twice', 'two', 'Host', new URL(url('open')).host] },
      async (incoming) => resolve(Buffer.concat(await Array.fromAsync(incoming as AsyncIterable<Buffer>)).toString()),
    );
    outgoing.on('error', reject).end();
  });
  expect(JSON.parse(event)).toMatchObject({ headers: { 'x-twice': 'one,two' }, isBase64Encoded: false });
  expect(JSON.parse(event)).not.toHaveProperty('body');
});

test('an answer with a status is a response; one without is the body of a 200', async () => {
  const shaped = await answer({
    statusCode: 201,
    headers: { 'X-Own': 'yes' },
    cookies: ['a=1', 'b=2'],
    body: Buffer.from('bytes').toString('base64'),
    isBase64Encoded: true,
  });
  expect(shaped.status).toBe(201);
  expect(shaped.headers.get('x-own')).toBe('yes');
  expect(shaped.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(await shaped.text()).toBe('bytes');
  expect(await (await answer('text')).text()).toBe('"text"');
  expect(await (await answer({ plain: true })).json()).toEqual({ plain: true });
});

test('a function that fails, or answers in no shape, is a 502; one too many at a time a 429; too much a 413', async () => {
  expect((await fetch(url('open', 'throw'))).status).toBe(502);
  expect((await answer({ statusCode: 'soon' })).status).toBe(502);
  expect((await answer({ statusCode: 200, body: { no: 'text' } })).status).toBe(502);
  const slow = fetch(url('open', 'slow'));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await fetch(url('open'))).status).toBe(429);
  await slow;
  expect((await fetch(url('open'), { method: 'POST', body: 'x'.repeat(6_300_000) })).status).toBe(413);
});

test('behind AWS_IAM only a role that may invoke gets in, and the function learns who it is', async () => {
  const friend = await actAs(aws, 'Friend');
  const response = await fetch(url('closed'), { headers: signed(friend, url('closed')) });
  expect(response.status).toBe(200);
  const { requestContext } = (await response.json()) as { requestContext: Record<string, unknown> };
  expect(requestContext).toMatchObject({
    accountId: '000000000000',
    authorizer: {
      iam: { accessKey: friend.credentials.accessKeyId, accountId: '000000000000', userArn: expect.stringContaining(':assumed-role/') },
    },
  });
  expect((await fetch(url('closed'))).status).toBe(403);
  const stranger = await fetch(url('closed'), { headers: signed(await actAs(aws, 'Stranger'), url('closed')) });
  expect(stranger.status).toBe(403);
  expect(await stranger.json()).toEqual({ Message: 'Forbidden' });
  expect(aws.journal.calls({ action: 'lambda:InvokeFunctionUrl', status: 403 })).toHaveLength(2);
  const elsewhere = await fetch(url('closed'), { headers: signed({ ...friend, region: 'us-west-2' }, url('closed')) });
  expect(elsewhere.status).toBe(403);
});

test('an open URL still needs a permission for everybody', async () => {
  expect((await fetch(url('forgotten'))).status).toBe(403);
});

test('a client that goes away in the middle of its request harms nobody', async () => {
  const outgoing = request(url('open'), { method: 'POST', headers: { 'content-length': '1000' } }).on('error', () => {});
  outgoing.write('half');
  await new Promise((resolve) => setTimeout(resolve, 50));
  outgoing.destroy();
  expect((await fetch(url('open'))).status).toBe(200);
});

test('streaming is refused', async () => {
  const assembly = synthesiseStack((stack: Stack) => {
    const target = new LambdaFunction(stack, 'F', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline(source),
    });
    target.addFunctionUrl({ invokeMode: InvokeMode.RESPONSE_STREAM });
  });
  const other = await startAws({ assembly });
  await expect(other.deploy()).rejects.toThrow('the sandbox answers BUFFERED, not RESPONSE_STREAM');
  await other.stop();
});

/** Signature version 4 of a GET without a body. */
function signed({ credentials, region }: ClientSettings, target: string): Record<string, string> {
  const { host, pathname } = new URL(target);
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${date.slice(0, 8)}/${region}/lambda/aws4_request`;
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const canonical = ['GET', pathname, '', `host:${host}`, `x-amz-date:${date}`, '', 'host;x-amz-date', hash('')].join('\n');
  const keys = [...scope.split('/')];
  const key = keys.reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = createHmac('sha256', key)
    .update(['AWS4-HMAC-SHA256', date, scope, hash(canonical)].join('\n'))
    .digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`;
  return { authorization, 'x-amz-date': date, 'x-amz-security-token': credentials.sessionToken ?? '' };
}
