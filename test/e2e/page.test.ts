import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
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

/** The page as a browser has drawn it after two seconds of its own time. */
async function browse(url: string): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), 'nightporter-page-'));
  try {
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', ...quiet, `--user-data-dir=${profile}`, '--virtual-time-budget=2000'];
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
    await using page = await openPage(sandbox, sandbox.jobs);
    const html = await browse(page.url);
    const fingerprint = sandbox.box.journal.entries.find(({ path }) => path === '/2.0/users')?.tokenFingerprint ?? '';
    for (const text of ['storage-report', 'done', 'users 12', 'GET /2.0/users', 'secretsmanager:GetSecretValue', fingerprint]) {
      expect(html).toContain(text);
    }
    expect(html).not.toContain('canary-client-secret');
  });

  it('answers to loopback alone', async () => {
    await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 1 } });
    await using page = await openPage(sandbox, sandbox.jobs);
    const status = await new Promise((resolve) => {
      request(page.url, { headers: { host: 'evil.example' } }, (response) => resolve(response.statusCode)).end();
    });
    expect(status).toBe(403);
  });
});
