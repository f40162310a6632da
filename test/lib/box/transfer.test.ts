import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { ChunkedUploadsManager } from 'box-node-sdk/managers/chunkedUploads';
import { DownloadsManager } from 'box-node-sdk/managers/downloads';
import { SharedLinksFoldersManager } from 'box-node-sdk/managers/sharedLinksFolders';
import { UploadsManager } from 'box-node-sdk/managers/uploads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { resolveEndpoints } from '../../../lib/box/endpoints.ts';
import { closeConnections, originOf } from '../../../lib/http/origin.ts';
import { readAll } from '../../../lib/http/send.ts';
import { openManagers } from '../../../lib/session/box.ts';
import { AccessToken } from '../../../lib/token/access-token.ts';
import { Redacted } from '../../../lib/token/redacted.ts';
import { listen } from '../listen.ts';

afterEach(closeConnections);

const classes = {
  downloads: DownloadsManager,
  uploads: UploadsManager,
  chunkedUploads: ChunkedUploadsManager,
  sharedLinksFolders: SharedLinksFoldersManager,
};

/** The managers that move content, with a token that needs no Box. */
function transferTo(url: string, remainingMs = 60_000) {
  const token = new AccessToken(new Redacted('the-token'), { expiresAt: Number.POSITIVE_INFINITY });
  const tokens = {
    held: () => token,
    get: async () => token,
    renew: async () => token,
    mint: async () => token,
    settle: async () => {},
    takeUsage: () => ({ hits: 0, oldestMs: 0 }),
  };
  return openManagers(
    classes,
    { endpoints: resolveEndpoints(url), tokens, subject: { type: 'enterprise' } },
    { signal: new AbortController().signal, remainingMs: () => remainingMs },
  ) as { [K in keyof typeof classes]: InstanceType<(typeof classes)[K]> };
}

describe('a download', () => {
  it('follows the redirect to another origin without taking the token along', async () => {
    const seen: (string | undefined)[] = [];
    await using content = await listen((request, response) => {
      seen.push(request.headers.authorization);
      response.end('the content');
    });
    await using api = await listen((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(302, { location: `${content.url}/d/1/x?token=abc` }).end();
    });
    const stream = await transferTo(api.url).downloads.downloadFile('1');
    expect(String(await readAll(stream as Readable))).toBe('the content');
    expect(seen).toEqual(['Bearer the-token', undefined]);
  });

  it('is refused when the redirect leaves Box', async () => {
    await using api = await listen((_, response) => response.writeHead(302, { location: 'https://evil.example/x' }).end());
    await expect(transferTo(api.url).downloads.downloadFile('1')).rejects.toMatchObject({ code: 'BOX_ENDPOINT_REFUSED' });
  });

  it('is refused when the redirect leads to somebody else on this machine, as to the interface of Lambda', async () => {
    let requests = 0;
    await using content = await listen((_, response) => {
      requests++;
      response.end();
    });
    const { port } = new URL(content.url);
    await using api = await listen((_, response) => response.writeHead(302, { location: `http://localhost:${port}/x` }).end());
    await expect(transferTo(api.url).downloads.downloadFile('1')).rejects.toMatchObject({ code: 'BOX_ENDPOINT_REFUSED' });
    expect(requests).toBe(0);
  });

  /** Box redirects to another origin, which does that. */
  const redirected = async (answer: (response: ServerResponse) => void) => {
    const content = await listen((_, response) => answer(response));
    const api = await listen((_, response) =>
      response.writeHead(302, { location: `${content.url}/d/1/its-own-permission/download` }).end(),
    );
    const failure = (call: (managers: ReturnType<typeof transferTo>) => Promise<unknown>) =>
      call(transferTo(api.url, 0)).then(
        () => expect.unreachable(),
        (error: Error) => error,
      );
    const close = () => Promise.all([content[Symbol.asyncDispose](), api[Symbol.asyncDispose]()]);
    return { failure, [Symbol.asyncDispose]: async () => void (await close()) };
  };

  it.each([
    ['404', 'BOX_REQUEST_FAILED', (response: ServerResponse) => response.writeHead(404).end()],
    ['reset', 'BOX_UNREACHABLE', (response: ServerResponse) => response.socket?.resetAndDestroy()],
    ['no HTTP', 'BOX_UNREACHABLE', (response: ServerResponse) => response.socket?.end('nonsense\r\n\r\n')],
    ['HTML', 'BOX_REQUEST_FAILED', (response: ServerResponse) => response.writeHead(502).end('<html>')],
    [
      'a redirect to nowhere',
      'BOX_REQUEST_FAILED',
      (response: ServerResponse) => response.writeHead(302, { location: 'http://[its-own' }).end(),
    ],
  ])('that fails by %s names what was asked for, and not the address that is its own permission', async (_, code, answer) => {
    await using content = await redirected(answer);
    const error = await content.failure(({ downloads }) => downloads.downloadFile('1'));
    expect(error).toMatchObject({ code, message: expect.stringContaining('GET /2.0/files/1/content') });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('its-own');
  });

  it('names what was asked for where JSON was, and a page of HTML came', async () => {
    await using content = await redirected((response) => response.end('<html>'));
    const error = await content.failure(({ sharedLinksFolders }) =>
      sharedLinksFolders.getSharedLinkForFolder('1', { fields: 'shared_link' }),
    );
    expect(error).toMatchObject({ code: 'BOX_RESPONSE_INVALID', message: expect.stringContaining('GET /2.0/folders/1 ') });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('its-own');
  });

  it('ends when Box redirects in a circle', async () => {
    let requests = 0;
    await using api = await listen((_, response) => {
      requests++;
      response.writeHead(302, { location: '/again' }).end();
    });
    await expect(transferTo(api.url).downloads.downloadFile('1')).rejects.toMatchObject({ status: 302 });
    expect(requests).toBeLessThan(10);
  });

  it('waits for a file that is not ready yet (202 with Retry-After)', async () => {
    let requests = 0;
    await using api = await listen((_, response) => {
      if (++requests === 1) response.writeHead(202, { 'retry-after': '1' }).end();
      else response.end('ready');
    });
    const stream = await transferTo(api.url).downloads.downloadFile('1');
    expect(String(await readAll(stream as Readable))).toBe('ready');
  });

  it('that stays unready gives its connection back', async () => {
    await using api = await listen((_, response) => response.writeHead(202).end());
    expect(await transferTo(api.url).downloads.downloadFile('1')).toBeUndefined();
    await vi.waitFor(() => expect(originOf(api.url).agent.sockets).toEqual({}));
  });
});

describe('a request', () => {
  it('goes to the address without the fragment by which the SDK tells operations apart, with and without a query', async () => {
    const asked: (string | undefined)[] = [];
    await using api = await listen((request, response) => {
      asked.push(request.url);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"1","type":"folder"}');
    });
    const { sharedLinksFolders } = transferTo(api.url);
    await sharedLinksFolders.findFolderForSharedLink({}, { boxapi: 'shared_link=https://app.box.com/s/abc' });
    await sharedLinksFolders.getSharedLinkForFolder('1', { fields: 'shared_link' });
    expect(asked).toEqual(['/2.0/shared_items', '/2.0/folders/1?fields=shared_link']);
  });
});

describe('an upload', () => {
  const attributes = { name: 'report "1".txt', parent: { id: '0' } };
  const answer = JSON.stringify({ total_count: 1, entries: [{ id: '1', type: 'file' }] });

  it('sends the attributes and then the stream, while it is being produced', async () => {
    let received = '';
    let firstPart: (() => void) | undefined;
    const begun = new Promise<void>((resolve) => {
      firstPart = resolve;
    });
    await using api = await listen((request: IncomingMessage, response) => {
      request
        .on('data', (chunk) => {
          received += chunk;
          if (received.includes('first')) firstPart?.();
        })
        .on('end', () => response.writeHead(201, { 'content-type': 'application/json' }).end(answer));
    });
    const file = new Readable({ read() {} });
    const pending = transferTo(api.url).uploads.uploadFile({ attributes, file });
    file.push('first ');
    await begun;
    file.push('second');
    file.push(null);
    expect((await pending).entries?.[0]?.id).toBe('1');
    expect(received.indexOf('name="attributes"')).toBeLessThan(received.indexOf('name="file"'));
    expect(received).toContain('first second');
    expect(received).toContain('{"name":"report \\"1\\".txt","parent":{"id":"0"}}');
  });

  /** Box refuses the first one like that, and would take a second one. */
  const refusing = async (status: number) => {
    const received: number[] = [];
    const server = await listen(async (request, response) => {
      received.push((await readAll(request)).length);
      if (received.length > 1) response.writeHead(201, { 'content-type': 'application/json' }).end(answer);
      else response.writeHead(status, { ...(status === 307 && { location: '/again' }) }).end();
    });
    return { url: server.url, received, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  };

  it.each([401, 307, 429, 503])('is not sent a second time after a %i: its stream has gone', async (status) => {
    await using api = await refusing(status);
    const file = Readable.from([Buffer.alloc(50_000)]);
    await expect(transferTo(api.url).uploads.uploadFile({ attributes, file })).rejects.toMatchObject({ status });
    expect(api.received).toEqual([expect.any(Number)]);
    expect(api.received[0]).toBeGreaterThan(50_000);
  });

  it('that fails while its source is silent leaves the source to nobody: it is destroyed', async () => {
    await using api = await listen((request) => request.once('data', () => request.socket.resetAndDestroy()));
    const file = new Readable({ read() {} });
    file.push('a beginning');
    await expect(transferTo(api.url).uploads.uploadFile({ attributes, file })).rejects.toMatchObject({ code: 'BOX_UNREACHABLE' });
    expect(file.destroyed).toBe(true);
  });

  it('of a part of a file is not sent a second time after a 401 either', async () => {
    await using api = await refusing(401);
    const headers = { digest: 'sha=x', contentRange: 'bytes 0-4/5' };
    const part = transferTo(api.url).chunkedUploads.uploadFilePartByUrl(`${api.url}/part`, Readable.from(['bytes']), headers);
    await expect(part).rejects.toMatchObject({ status: 401 });
    expect(api.received).toEqual([5]);
  });
});
