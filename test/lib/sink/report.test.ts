import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NightporterError } from '../../../lib/errors.ts';
import { definition, folder, reportInMemory, summary } from './open-report.ts';

const rows = [
  { name: 'a', size: 1 },
  { name: 'b', size: 2 },
  { name: 'c', size: 3 },
];

/** More than a part of NDJSON, less than a part of CSV: both ways of writing in one report. */
const manyRows = Array.from({ length: 90_000 }, (_, index) => ({ name: `${'n'.repeat(40)}${index}`, size: index }));

describe('a report', () => {
  test('shows nothing before it is published, and the manifest last', async () => {
    const { sink, store } = reportInMemory();
    const writer = await sink.open(definition);
    for (const row of rows) await writer.add(row);
    expect(store.objects.size).toBe(0);
    const published = await writer.publish(summary);
    expect([...store.objects.keys()]).toEqual(['rows.csv', 'rows.ndjson', 'report.html', 'manifest.json'].map((name) => folder + name));
    expect(published).toEqual({
      manifest: `${folder}manifest.json`,
      html: `${folder}report.html`,
      csv: `${folder}rows.csv`,
      ndjson: `${folder}rows.ndjson`,
      rows: 3,
    });
  });

  test('has a manifest that counts the rows and proves every file', async () => {
    const { sink, store } = reportInMemory();
    const writer = await sink.open(definition);
    for (const row of rows) await writer.add(row);
    await writer.publish(summary);
    const manifest = JSON.parse(store.text('manifest.json'));
    expect(manifest).toMatchObject({
      run: 'run-1',
      job: 'sizes',
      scheduledTime: '2026-11-22T02:00:00.000Z',
      rows: 3,
      totals: summary.totals,
    });
    expect(manifest.publishedAt).toBe('2026-11-22T02:03:04.000Z');
    expect(manifest.files).toHaveLength(3);
    for (const { key, bytes, sha256 } of manifest.files) {
      const body = store.objects.get(key) ?? Buffer.alloc(0);
      expect({ bytes, sha256 }).toEqual({ bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') });
    }
  });

  test('loses no row and no byte when a file goes out in parts, even if nobody waits for a row', async () => {
    const { sink, store } = reportInMemory();
    const writer = await sink.open(definition);
    await Promise.all(manyRows.map((row) => writer.add(row)));
    await writer.publish(summary);
    expect(store.journal).toEqual([
      'begin rows.ndjson',
      'part 1 rows.ndjson',
      'part 2 rows.ndjson',
      'put rows.csv',
      'complete rows.ndjson',
      'put report.html',
      'put manifest.json',
    ]);
    expect(store.text('rows.ndjson')).toBe(manyRows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    expect(store.text('rows.csv').split('\r\n')).toHaveLength(manyRows.length + 2);
  });

  test('takes a line longer than a part', async () => {
    const { sink, store } = reportInMemory();
    const writer = await sink.open(definition);
    const name = 'ü'.repeat(3_000_000);
    await writer.add({ name, size: 1 });
    await writer.add({ name: 'b', size: 2 });
    await writer.publish(summary);
    expect(store.text('rows.ndjson')).toBe(`${JSON.stringify({ name, size: 1 })}\n{"name":"b","size":2}\n`);
  });

  test('with no row is a report all the same', async () => {
    const { sink, store } = reportInMemory();
    const published = await (await sink.open(definition)).publish(summary);
    expect(published.rows).toBe(0);
    expect(store.text('rows.csv')).toBe('\uFEFFName,Size (bytes)\r\n');
    expect(store.text('rows.ndjson')).toBe('');
  });

  test('of a manual run stays in its own folder, whatever the caller called it', async () => {
    const { sink } = reportInMemory({ run: { id: '../../other/x', job: 'sizes', scheduledTime: new Date(0) } });
    const { manifest } = await (await sink.open(definition)).publish(summary);
    expect(manifest).toBe('reports/sizes/1970-01-01T000000Z/..%2F..%2Fother%2Fx/manifest.json');
  });

  test('is opened once and published once', async () => {
    const { sink } = reportInMemory();
    const writer = await sink.open(definition);
    await expect(sink.open(definition)).rejects.toMatchObject({ code: 'REPORT_INVALID' });
    await writer.publish(summary);
    await expect(writer.publish(summary)).rejects.toMatchObject({ code: 'REPORT_INVALID' });
    await expect(writer.add({ name: 'late', size: 1 })).rejects.toMatchObject({ code: 'REPORT_INVALID' });
  });
});

describe('a row that does not fit its columns', () => {
  const secret = 'ada.lovelace@example.com';

  test.each([
    ['a missing column', { name: secret }, '"size"'],
    ['an unknown column', { name: secret, size: 1, extra: secret }, '"extra"'],
    ['text for a number', { name: 'a', size: secret }, '"size"'],
    ['a number for text', { name: 7, size: 1 }, '"name"'],
    ['NaN', { name: secret, size: Number.NaN }, '"size"'],
    ['half a byte', { name: secret, size: 1.5 }, '"size"'],
    ['undefined', { name: undefined, size: 1 }, '"name"'],
  ])('is refused for %s, naming the column and never the value', async (_, row, column) => {
    const { sink } = reportInMemory();
    const writer = await sink.open(definition);
    const error: NightporterError = await writer.add(row as never).then(
      () => expect.unreachable(),
      (thrown) => thrown,
    );
    expect(error.code).toBe('REPORT_INVALID');
    expect(error.message).toContain(column);
    expect(error.message).not.toContain(secret);
  });

  test('time without a zone, or no time at all, is refused', async () => {
    const writer = await reportInMemory().sink.open({ ...definition, columns: { t: { label: 'T', kind: 'time' } }, orders: [] });
    for (const t of ['2026-11-22T02:00:00', '2026-11-22', 'yesterday', '2026-13-22T02:00:00Z']) {
      await expect(writer.add({ t })).rejects.toMatchObject({ code: 'REPORT_INVALID' });
    }
    await writer.add({ t: '2026-11-22T02:00:00.000+01:00' });
  });

  test('only ever fails for what JSON could not carry', async () => {
    const writer = await reportInMemory().sink.open({ ...definition, columns: { s: { label: 'S', kind: 'share' } }, orders: [] });
    await fc.assert(
      fc.asyncProperty(fc.double(), async (s) => {
        if (Number.isFinite(s)) await writer.add({ s });
        else await expect(writer.add({ s })).rejects.toMatchObject({ code: 'REPORT_INVALID' });
      }),
    );
  });

  test('a total or a chart that is no number is refused before anything is written', async () => {
    const { sink, store } = reportInMemory();
    const writer = await sink.open(definition);
    await expect(writer.publish({ totals: [{ label: 'x', value: Number.NaN, kind: 'count' }], charts: [] })).rejects.toMatchObject({
      code: 'REPORT_INVALID',
    });
    const chart = { title: 'x', shape: 'bar', kind: 'count', labels: ['a'], values: [] } as const;
    await expect(writer.publish({ totals: [], charts: [chart] })).rejects.toMatchObject({ code: 'REPORT_INVALID' });
    expect(store.journal).toEqual([]);
  });
});
