import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, it } from 'vitest';
import { openPage } from '../sandbox/page/open-page.ts';
import { openSandbox } from '../sandbox/sandbox.ts';

const hasChromium = spawnSync('chromium', ['--version']).status === 0;
const why = hasChromium ? '' : ' (skipped: no chromium on the path)';
const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const run = promisify(execFile);

/** The page as a browser has drawn it after some seconds of its own time, which stands still while it waits for an answer. */
async function browse(url: string): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), 'nightporter-page-'));
  try {
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', ...quiet, `--user-data-dir=${profile}`, '--virtual-time-budget=6000'];
    return (await run('chromium', [...flags, '--dump-dom', url])).stdout;
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
}

describe("the sandbox's page", () => {
  it.skipIf(!hasChromium)(`shows jobs, runs, tokens by fingerprint and the calls of both sides${why}`, { timeout: 60_000 }, async () => {
    await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 12, clientSecret: 'canary-client-secret' } });
    await sandbox.putSecret();
    await sandbox.run('storage-report', new Date('2026-11-22T02:00:00Z'));
    await using page = await openPage(sandbox);
    const html = await browse(page.url);
    const fingerprint = sandbox.box.journal.entries.find(({ path }) => path === '/2.0/users')?.tokenFingerprint ?? '';
    for (const text of [
      'storage-report',
      'done',
      'cron(',
      'UTC',
      'OperationsUrl',
      sandbox.functionName('grant-check'),
      'users 12',
      'GET /2.0/users',
      'secretsmanager:GetSecretValue',
      fingerprint,
    ]) {
      expect(html).toContain(text);
    }
    expect(html).not.toContain('canary-client-secret');
  });

  it.skipIf(!hasChromium)(
    `follows what happens after it was loaded, and gets over an answer that does not come${why}`,
    { timeout: 60_000 },
    async () => {
      await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 12 } });
      await sandbox.putSecret();
      await using page = await openPage(sandbox);
      let [states, callsWhenLoaded] = [0, -1];
      await using front = await listen(async (incoming, reply) => {
        if (incoming.url === '/state.json') {
          states += 1;
          if (states === 2) return void reply.destroy();
          if (states === 3) await sandbox.run('storage-report', new Date('2026-11-22T02:00:00Z'));
        }
        const answer = await fetch(new URL(incoming.url ?? '/', page.url));
        reply.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(await answer.text());
        if (states === 1) callsWhenLoaded = sandbox.box.journal.entries.length;
      });
      const html = await browse(front.url);
      expect(callsWhenLoaded).toBe(0);
      expect(states).toBeGreaterThanOrEqual(3);
      expect(html).toContain('users 12');
    },
  );

  it('answers to loopback alone', async () => {
    await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 1 } });
    await using page = await openPage(sandbox);
    const status = await new Promise((resolve) => {
      request(page.url, { headers: { host: 'evil.example' } }, (response) => resolve(response.statusCode)).end();
    });
    expect(status).toBe(403);
  });
});

async function listen(listener: RequestListener): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
