import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromium, type OpenPage, openPage } from './browser.ts';
import { reportInMemory } from './open-report.ts';
import { buildPageAssets } from './page-assets.ts';

if (!chromium) console.warn('skipped: using the page in a browser, as no Chromium was found (set CHROMIUM to its path)');

const deep = 'Clients and partners/Northwind Traders/2026/Contracts and amendments/Signed originals/Annexes';

/** Columns as those of the folder inventory, which has the most. */
const columns = {
  path: { label: 'Folder', kind: 'text' },
  total: { label: 'Size with subfolders', kind: 'bytes' },
  bytes: { label: 'Own size', kind: 'bytes' },
  files: { label: 'Files', kind: 'count' },
  folders: { label: 'Subfolders', kind: 'count' },
  links: { label: 'Web links', kind: 'count' },
  oldest: { label: 'Oldest file', kind: 'time' },
  newest: { label: 'Newest file', kind: 'time' },
  changed: { label: 'Last change within', kind: 'time' },
  depth: { label: 'Level', kind: 'count' },
  id: { label: 'Box id', kind: 'text' },
} as const;

async function page(): Promise<string> {
  const { sink, store } = reportInMemory({ page: await buildPageAssets() });
  const writer = await sink.open<keyof typeof columns>({
    title: 'Folder inventory',
    description: 'What one Box user owns.',
    columns,
    orders: [
      { label: 'Biggest', by: 'bytes', direction: 'descending' },
      { label: 'Most files', by: 'files', direction: 'descending', where: ({ files }) => Number(files) > 0 },
    ],
  });
  const at = '2026-11-22T02:00:00Z';
  const row = (path: string, bytes: number, files: number | null) =>
    writer.add({
      path,
      total: 1e12,
      bytes,
      files,
      folders: 123,
      links: 12,
      oldest: at,
      newest: at,
      changed: at,
      depth: 6,
      id: '123456789012',
    });
  await row(deep, 3e9, 2);
  await row('Äpfel', 5e9, null);
  await row('Box 10', 1e9, 9);
  await row('box 9', 2e9, 0);
  await writer.publish({ totals: [{ label: 'Folders', value: 4, kind: 'count' }], charts: [], notes: [] });
  return store.text('report.html');
}

describe.skipIf(!chromium)('the page in use', () => {
  let open: OpenPage;
  beforeAll(async () => {
    open = await openPage(await page());
  }, 50_000);
  afterAll(() => open?.[Symbol.asyncDispose]());

  const shown = () =>
    open.evaluate<string[]>(`[...document.querySelectorAll('.scroll tbody tr:not([hidden]) th')].map((cell) => cell.textContent)`);
  const click = (selector: string, label: string) =>
    open.evaluate(`[...document.querySelectorAll('${selector}')].find((each) => each.textContent.startsWith('${label}')).click()`);
  const sort = (label: string) => click('.scroll thead button', label);
  const filter = (text: string) =>
    open.evaluate(
      `{ const input = document.getElementById('filter'); input.value = '${text}'; input.dispatchEvent(new Event('input', { bubbles: true })); }`,
    );
  const sentence = () => open.evaluate<string>(`document.getElementById('shown').textContent`);

  test('sorts by what is clicked: figures from the top, texts as people sort them, what has no value last in either direction', async () => {
    expect(await shown()).toEqual(['Äpfel', deep, 'box 9', 'Box 10']);
    await sort('Own size');
    expect(await shown()).toEqual(['Box 10', 'box 9', deep, 'Äpfel']);
    await sort('Files');
    expect(await shown()).toEqual(['Box 10', deep, 'box 9', 'Äpfel']);
    await sort('Files');
    expect(await shown()).toEqual(['box 9', deep, 'Box 10', 'Äpfel']);
    await sort('Folder');
    expect(await shown()).toEqual(['Äpfel', 'box 9', 'Box 10', deep]);
  });

  test('has another order behind each tab, by the keyboard as well', async () => {
    await click('[role=tab]', 'Most files');
    expect(await shown()).toEqual(['Box 10', deep]);
    await open.evaluate(
      `document.activeElement.blur(), document.getElementById('tab-1').focus(),
       document.getElementById('tab-1').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }))`,
    );
    expect(await shown()).toHaveLength(4);
    expect(await open.evaluate(`document.activeElement.id`)).toBe('tab-0');
  });

  test('shows what has all words that are typed, and says how many rows that are', async () => {
    await filter('NORTHWIND signed');
    expect(await shown()).toEqual([deep]);
    expect(await sentence()).toBe('1 of 4 rows');
    await filter('');
    expect(await sentence()).toBe('4 rows');
  });

  test('fits a telephone: nothing but its tables is wider', async () => {
    await open.resize(390);
    expect(await open.evaluate(`document.documentElement.scrollWidth`)).toBeLessThanOrEqual(390);
  });

  test('gives a path of a hundred characters three lines at most on a desk', async () => {
    await open.resize(1_400);
    const lines = `[...document.querySelectorAll('.scroll tbody th')].map((cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
    })`;
    expect(Math.max(...(await open.evaluate<number[]>(lines)))).toBeLessThanOrEqual(3);
  });
});
