import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { DownloadsManager } from 'box-node-sdk/managers/downloads';
import { UploadsManager } from 'box-node-sdk/managers/uploads';
import { afterEach, describe, expect, it } from 'vitest';
import { closeConnections } from '../../../lib/http/origin.ts';
import { readAll } from '../../../lib/http/send.ts';
import { openManagers } from '../../../lib/session/box.ts';
import { AccessToken } from '../../../lib/token/access-token.ts';
import { Redacted } from '../../../lib/token/redacted.ts';
import { listen } from '../listen.ts';

afterEach(closeConnections);

/** The managers that move content, with a token that needs no Box. */
function transferTo(url: string) {
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
    { downloads: DownloadsManager, uploads: UploadsManager },
    { endpoints: { apiUrl: url, uploadUrl: url }, tokens, subject: { type: 'enterprise' } },
    { signal: new AbortController().signal, remainingMs: () => 60_000 },
  ) as { downloads: DownloadsManager; uploads: UploadsManager };
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

  it('is not sent a second time: its stream has gone', async () => {
    let requests = 0;
    await using api = await listen((request, response) => {
      requests++;
      once(request.resume(), 'end').then(() => response.writeHead(503).end());
    });
    await expect(transferTo(api.url).uploads.uploadFile({ attributes, file: Readable.from(['x']) })).rejects.toMatchObject({ status: 503 });
    expect(requests).toBe(1);
  });
});
