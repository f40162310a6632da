import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tokenRequestMs } from './slow.ts';

/** Box's token endpoint and `users/me`, with as little work as can be. */
export interface TokenEndpoint extends AsyncDisposable {
  readonly url: string;
  /** Token requests so far. */
  requests(): number;
  /** No token that is out is taken any more. */
  revokeAll(): void;
}

export async function startTokenEndpoint(requestMs = tokenRequestMs): Promise<TokenEndpoint> {
  let requests = 0;
  const live = new Set<string>();
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const answer = (status: number, body: object) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (request.url !== '/oauth2/token') {
        if (live.has(request.headers.authorization?.slice('Bearer '.length) ?? '')) answer(200, { type: 'user', id: '1' });
        else answer(401, {});
        return;
      }
      requests++;
      const token = randomBytes(24).toString('base64url');
      live.add(token);
      setTimeout(answer, requestMs, 200, { access_token: token, expires_in: 3_600, token_type: 'bearer', restricted_to: [] });
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 10_000, resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    revokeAll: () => live.clear(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
