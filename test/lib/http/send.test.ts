import { Readable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { closeConnections, discardIdleSockets, originOf } from '../../../lib/http/origin.ts';
import { readAll, send } from '../../../lib/http/send.ts';
import { listen } from '../listen.ts';

const get = (url: string, more = {}) => send({ method: 'GET', url, headers: {}, repeatable: true, ...more });

afterEach(() => {
  closeConnections();
  vi.useRealTimers();
});

describe('connections', () => {
  it('are kept and used again', async () => {
    await using server = await listen((_, response) => response.end('ok'));
    for (let call = 0; call < 5; call++) await readAll((await get(`${server.url}/`)).body);
    expect(server.sockets).toHaveLength(1);
  });

  it('are dropped after more than four seconds of wall clock without use, as after a thaw', async () => {
    await using server = await listen((_, response) => response.end('ok'));
    await readAll((await get(`${server.url}/`)).body);
    discardIdleSockets(originOf(server.url).agent, Date.now() + 4_500);
    await readAll((await get(`${server.url}/`)).body);
    expect(server.sockets).toHaveLength(2);
  });

  it('are kept for shorter pauses', async () => {
    await using server = await listen((_, response) => response.end('ok'));
    await readAll((await get(`${server.url}/`)).body);
    discardIdleSockets(originOf(server.url).agent, Date.now() + 3_000);
    await readAll((await get(`${server.url}/`)).body);
    expect(server.sockets).toHaveLength(1);
  });
});

describe('a used connection', () => {
  /** Announces in each answer that it keeps the connection for so long; `/slow` takes longer. */
  const announcing = () =>
    listen((request, response) => {
      response.setHeader('keep-alive', 'timeout=2');
      setTimeout(() => response.end('ok'), request.url === '/slow' ? 1_500 : 20);
    });

  it('gives an answer as much time as a new one, however short the peer keeps it when it is idle', async () => {
    await using server = await announcing();
    await readAll((await get(`${server.url}/`)).body);
    expect(String(await readAll((await get(`${server.url}/slow`)).body))).toBe('ok');
    expect(server.sockets).toHaveLength(1);
  });

  it('gives the request that waited for it no more time than that asks for', async () => {
    await using server = await listen((request, response) => {
      if (request.url === '/') response.end('ok');
    });
    originOf(server.url).agent.maxSockets = 1;
    const first = get(`${server.url}/`).then(({ body }) => readAll(body));
    await expect(get(`${server.url}/silent`, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await first;
    expect(server.sockets).toHaveLength(1);
  });
});

describe('a reused connection that the peer has closed', () => {
  /** Answers the first request of each connection and kills the connection at the second, as a peer that gave up an idle one. */
  const closing = () => {
    const seen: string[] = [];
    const server = listen((request, response) => {
      const { socket } = request;
      seen.push(`${request.method} ${'used' in socket ? 'again' : 'first'}`);
      if ('used' in socket) socket.resetAndDestroy();
      else response.end('ok');
      Object.assign(socket, { used: true });
    });
    return { server, seen };
  };

  it('costs a repeatable request one more attempt', async () => {
    const { server: starting, seen } = closing();
    await using server = await starting;
    await readAll((await get(`${server.url}/`)).body);
    expect((await get(`${server.url}/`)).status).toBe(200);
    expect(seen).toEqual(['GET first', 'GET again', 'GET first']);
  });

  it('never makes another request go out twice', async () => {
    const { server: starting, seen } = closing();
    await using server = await starting;
    await readAll((await get(`${server.url}/`)).body);
    const post = send({ method: 'POST', url: `${server.url}/`, headers: {}, body: '{}', repeatable: false });
    await expect(post).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(seen).toEqual(['GET first', 'POST again']);
  });
});

describe('a request', () => {
  it('ends with the reason of its signal', async () => {
    await using server = await listen(() => {});
    const reason = new Error('enough');
    const controller = new AbortController();
    const pending = get(`${server.url}/`, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 20);
    await expect(pending).rejects.toBe(reason);
  });

  it('ends when the server stays silent', async () => {
    await using server = await listen(() => {});
    await expect(get(`${server.url}/`, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });

  it('fails when its answer breaks off in the middle', async () => {
    await using server = await listen((request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => request.socket.destroy(), 20);
    });
    const { body } = await get(`${server.url}/`);
    await expect(readAll(body)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('streams its body', async () => {
    const received: string[] = [];
    await using server = await listen((request, response) => {
      request.on('data', (chunk) => received.push(String(chunk))).on('end', () => response.end());
    });
    const body = Readable.from(['a', 'b', 'c']);
    await send({ method: 'POST', url: `${server.url}/`, headers: {}, body, repeatable: false });
    expect(received.join('')).toBe('abc');
  });

  it('that fails leaves the source of its body to nobody: it is destroyed', async () => {
    await using server = await listen((request) => request.once('data', () => request.socket.resetAndDestroy()));
    const body = new Readable({ read() {} });
    body.push('a beginning');
    const pending = send({ method: 'POST', url: `${server.url}/`, headers: {}, body, repeatable: false });
    await expect(pending).rejects.toMatchObject({ code: expect.stringMatching(/^(ECONNRESET|EPIPE)$/) });
    expect(body.destroyed).toBe(true);
  });

  it('fails when the stream of its body fails', async () => {
    await using server = await listen((request, response) => request.on('end', () => response.end()).resume());
    const body = new Readable({ read() {} });
    const pending = send({ method: 'POST', url: `${server.url}/`, headers: {}, body, repeatable: false });
    setTimeout(() => body.destroy(new Error('disk gone')), 20);
    await expect(pending).rejects.toThrow('disk gone');
  });
});
