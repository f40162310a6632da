import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Sandbox } from '../sandbox.ts';
import { readState } from './state.ts';

export interface Page extends AsyncDisposable {
  readonly url: string;
}

const files: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['page.html', 'text/html; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
};

const headers = {
  'content-security-policy': "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** A page on loopback that shows what the sandbox is doing now. */
export async function openPage(sandbox: Sandbox): Promise<Page> {
  const server = createServer((request, response) => {
    // Another site's page in the same browser must not be able to read along under a name of its own (DNS rebinding).
    const isLoopback = /^(127\.0\.0\.1|localhost):\d+$/.test(request.headers.host ?? '');
    const answer = isLoopback && request.method === 'GET' ? respond(request.url ?? '/', response) : refuse(response, 403);
    Promise.resolve(answer).catch(() => response.headersSent || refuse(response, 500));
  });

  async function respond(path: string, response: ServerResponse): Promise<void> {
    const [file, type] = files[path] ?? [];
    if (path === '/state.json') {
      const state = JSON.stringify(await readState(sandbox));
      response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(state);
    } else if (file) {
      response.writeHead(200, { ...headers, 'content-type': type }).end(await readFile(join(import.meta.dirname, file)));
    } else refuse(response, 404);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, headers).end();
}
