import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';

const due = new Date('2026-11-22T02:00:00Z');
const folder = 'reports/storage-report/2026-11-22T020000Z/';

let sandbox: Sandbox;
let files: Map<string, string>;

beforeAll(async () => {
  sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 2_345, seed: 7 } });
  await sandbox.putSecret();
  expect(await sandbox.run('storage-report', due)).toMatchObject({ outcome: 'response', payload: { users: 2_345 } });
  const keys = await sandbox.reportKeys();
  files = new Map(
    await Promise.all(keys.map(async (key) => [key.slice(key.lastIndexOf('/') + 1), text(await sandbox.readReport(key))] as const)),
  );
});

afterAll(() => sandbox?.[Symbol.asyncDispose]());

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
const rows = (): Record<string, number | string | null>[] =>
  (files.get('rows.ndjson') ?? '')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('the storage report of a night', () => {
  it('is four files in a folder of its own, the manifest among them', async () => {
    const keys = await sandbox.reportKeys();
    expect([...files.keys()].sort()).toEqual(['manifest.json', 'report.html', 'rows.csv', 'rows.ndjson']);
    expect(keys.every((key) => key.startsWith(folder))).toBe(true);
  });

  it("has the seeded enterprise's sums", () => {
    const { users, spaceUsed, spaceAllotted, empty } = sandbox.box.enterprise.totals();
    const all = rows();
    const sum = (column: string) => all.reduce((total, row) => total + Number(row[column] ?? 0), 0);
    expect(all).toHaveLength(users);
    expect(new Set(all.map(({ id }) => id)).size).toBe(users);
    expect(sum('used')).toBe(spaceUsed);
    expect(sum('allotted')).toBe(spaceAllotted);
    expect(all.filter(({ used }) => used === 0)).toHaveLength(empty);
    const { rows: counted, totals } = JSON.parse(files.get('manifest.json') ?? '');
    expect(counted).toBe(users);
    expect(JSON.stringify(totals)).toContain(String(spaceUsed));
  });

  it('has every user in the CSV too', () => {
    const quotedNewlines = (files.get('rows.csv') ?? '').replace(/"(?:[^"]|"")*"/g, '""');
    expect(quotedNewlines.trimEnd().split('\r\n')).toHaveLength(2_345 + 1);
  });

  it('is one page under 2 MB that loads nothing and runs nothing but its own script', () => {
    const page = files.get('report.html') ?? '';
    expect(page.length).toBeLessThan(2_000_000);
    expect(/http-equiv="Content-Security-Policy" content="default-src 'none'/.test(page)).toBe(true);
    const loaded = [...page.matchAll(/<[a-z]+[^>]*\s(?:src|href)="([^"]*)"/gi)].map(([, address]) => address);
    expect(loaded.filter((address) => !address?.startsWith('data:'))).toEqual([]);
  });

  it('cost one token request, one read of the secret, and one call for each 250 users', () => {
    const calls = sandbox.box.journal.entries;
    expect(calls.filter(({ path }) => path === '/oauth2/token')).toHaveLength(1);
    const pages = calls.filter(({ path }) => path === '/2.0/users').map(({ query }) => new URLSearchParams(query));
    expect(pages).toHaveLength(10);
    // The whole enterprise, without people from outside.
    expect(pages.map((query) => query.get('user_type'))).toEqual(pages.map(() => 'managed'));
    expect(sandbox.aws.journal.calls({ action: 'secretsmanager:GetSecretValue' })).toHaveLength(1);
  });

  it('needed nothing that its role is not granted', () => {
    expect(sandbox.aws.journal.calls({ allowed: false })).toEqual([]);
  });
});
