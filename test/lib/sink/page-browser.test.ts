import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromium, chromiumFlags } from './browser.ts';
import { reportInMemory } from './open-report.ts';
import { buildPageAssets } from './page-assets.ts';

if (!chromium) console.warn('skipped: the page in a browser, as no Chromium was found (set CHROMIUM to its path)');

const flags = [...chromiumFlags, '--enable-logging=stderr', '--dump-dom', '--virtual-time-budget=2000'];

describe.skipIf(!chromium)('the page in a browser', () => {
  let folder = '';
  let dom = '';
  let log = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'report-page-'));
    const file = join(folder, 'report.html');
    await writeFile(file, await page());
    const args = [...flags, `--user-data-dir=${join(folder, 'profile')}`, `file://${file}`];
    const { stdout, stderr } = await promisify(execFile)(chromium ?? '', args, { maxBuffer: 32 * 1024 * 1024, timeout: 50_000 });
    dom = stdout.replace(/<style>[\s\S]*?<\/style>/, '');
    log = stderr;
  });

  afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

  test('runs its script under its own policy without one violation or error', () => {
    expect(dom).toContain('<html lang="en" class="script">');
    expect(log).not.toMatch(/CONSOLE|Content Security Policy|Refused to/);
  });

  test('fills the first order, in its order, and says which column it is sorted by', () => {
    const names = [...dom.matchAll(/<th class="text" (?:title="[^"]*" )?scope="row">([^<]*)<\/th>/g)].map(([, name]) => name);
    expect(names).toEqual(['Cäsar', 'Ada &lt;script&gt;alert(1)&lt;/script&gt;', 'Bo']);
    expect(dom).toMatch(/<th [^>]*aria-sort="descending"[^>]*><button type="button">Size<\/button>/);
  });

  test('offers each order as a tab that says how many rows it has', () => {
    const tabs = [...dom.matchAll(/role="tab"[^>]*aria-selected="(\w+)"[^>]*>([^<]*)</g)].map(([, selected, label]) => [selected, label]);
    expect(tabs).toEqual([
      ['true', 'Biggest (3)'],
      ['false', 'Small (1)'],
    ]);
  });

  test('draws the charts', () => {
    expect([...dom.matchAll(/<canvas[^>]*width="(\d+)"/g)].every(([, width]) => Number(width) > 0)).toBe(true);
    expect(dom).toMatch(/<i style="background-color: [^"]+"><\/i><span>Left<\/span>/);
  });
});

async function page(): Promise<string> {
  const { sink, store } = reportInMemory({ page: await buildPageAssets() });
  const writer = await sink.open<'name' | 'size' | 'at'>({
    title: 'Sizes',
    description: 'How big things are.',
    columns: { name: { label: 'Name', kind: 'text' }, size: { label: 'Size', kind: 'bytes' }, at: { label: 'At', kind: 'time' } },
    orders: [
      { label: 'Biggest', by: 'size', direction: 'descending' },
      { label: 'Small', by: 'size', direction: 'ascending', where: ({ size }) => size === 1 },
    ],
  });
  await writer.add({ name: 'Ada <script>alert(1)</script>', size: 2_048, at: '2026-11-22T02:00:00Z' });
  await writer.add({ name: 'Bo', size: 1, at: null });
  await writer.add({ name: 'Cäsar', size: 5e9, at: null });
  await writer.publish({
    totals: [{ label: 'Things', value: 3, kind: 'count' }],
    charts: [
      { title: 'Sides', shape: 'doughnut', kind: 'count', labels: ['Left', 'Right'], values: [1, 2] },
      { title: 'Bars', shape: 'bar', kind: 'bytes', labels: ['One', 'Two'], values: [1, 2] },
    ],
    notes: ['A note.'],
  });
  return store.text('report.html');
}
