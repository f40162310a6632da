import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { SummaryTable } from '../../../lib/declare/report.ts';
import { definition, folder, reportInMemory, summary } from './open-report.ts';

const table: SummaryTable = {
  name: 'by-owner',
  title: 'By <owner>',
  columns: { owner: { label: 'Owner', kind: 'text' }, size: { label: 'Size', kind: 'bytes' } },
  rows: [
    { owner: '=1+1 <script>alert(1)</script>', size: 2048 },
    { owner: 'line\nbreak \u202Egpj', size: null },
  ],
};

async function published(tables: readonly SummaryTable[]) {
  const { sink, store } = reportInMemory();
  const writer = await sink.open(definition);
  await writer.add({ name: 'a', size: 6 });
  await writer.publish({ ...summary, tables });
  return store;
}

describe('a table of a summary', () => {
  test('stands in files of its own, whole, and the manifest knows them', async () => {
    const store = await published([table]);
    expect(store.text('by-owner.csv')).toBe(
      '\uFEFFOwner,Size (bytes)\r\n\'=1+1 <script>alert(1)</script>,2048\r\n"line\nbreak \u202Egpj",\r\n',
    );
    expect(
      store
        .text('by-owner.ndjson')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(table.rows);
    const { files } = JSON.parse(store.text('manifest.json')) as { files: { key: string; sha256: string }[] };
    const sha256 = createHash('sha256').update(store.text('by-owner.csv')).digest('hex');
    expect(files).toContainEqual(expect.objectContaining({ key: `${folder}by-owner.csv`, sha256 }));
  });

  test('is on the page, escaped, and no more of it than can be read', async () => {
    const rows = Array.from({ length: 450 }, (_, nth) => ({ owner: `Owner ${nth}`, size: nth }));
    const html = (await published([{ ...table, rows: [...table.rows, ...rows] }])).text('report.html');
    expect(html).toContain('By &lt;owner&gt;');
    expect(html).not.toContain('<script>alert');
    expect(html).toContain('200 of 452');
    expect(html).toContain('Owner 197');
    expect(html).not.toContain('Owner 198');
  });

  test.each([
    ['a name that leads elsewhere', { name: '../x' }],
    ['the name of the rows', { name: 'rows' }],
    ['a row that does not fit', { rows: [{ owner: 1, size: 1 }] }],
  ])('with %s is refused, and nothing can be seen', async (_, wrong) => {
    const { sink, store } = reportInMemory();
    const writer = await sink.open(definition);
    await expect(writer.publish({ ...summary, tables: [{ ...table, ...wrong }] })).rejects.toMatchObject({ code: 'REPORT_INVALID' });
    expect([...store.objects.keys()]).toEqual([]);
  });
});
