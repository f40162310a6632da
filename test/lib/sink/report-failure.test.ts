import { describe, expect, test } from 'vitest';
import { NightporterError } from '../../../lib/errors.ts';
import { definition, reportInMemory, summary } from './open-report.ts';

/** Enough for several parts of both files. */
const rowCount = 6_000;
const row = (index: number) => ({ name: `${'n'.repeat(2_000)}${index}`, size: index });

async function write(opened: ReturnType<typeof reportInMemory>): Promise<void> {
  const writer = await opened.sink.open(definition);
  for (let index = 0; index < rowCount; index++) await writer.add(row(index));
  await writer.publish(summary);
}

/** Everything that a whole report does to the store. */
const operations = await (async () => {
  const opened = reportInMemory();
  await write(opened);
  return opened.store.journal;
})();

describe('a report that the store refuses', () => {
  test('is tried in each of its operations', () => {
    expect(operations).toContain('part 2 rows.csv');
    expect(operations.at(-1)).toBe('put manifest.json');
  });

  test.each(operations)('at "%s" leaves no manifest and no upload behind', async (operation) => {
    const opened = reportInMemory();
    opened.store.refused = operation;
    await expect(write(opened)).rejects.toMatchObject({ code: 'REPORT_NOT_WRITTEN' });
    await opened.abandon();
    expect(opened.store.text('manifest.json')).toBe('');
    expect(opened.store.open).toBe(0);
  });

  test('takes no more rows, and cannot be published', async () => {
    const { sink, store } = reportInMemory();
    const writer = await sink.open(definition);
    store.refused = 'begin rows.ndjson';
    const adding = Promise.all(Array.from({ length: rowCount }, (_, index) => writer.add(row(index))));
    await expect(adding).rejects.toMatchObject({ code: 'REPORT_NOT_WRITTEN' });
    store.refused = undefined;
    await expect(writer.add(row(0))).rejects.toMatchObject({ code: 'REPORT_NOT_WRITTEN' });
    await expect(writer.publish(summary)).rejects.toMatchObject({ code: 'REPORT_NOT_WRITTEN' });
    expect(store.objects.size).toBe(0);
  });
});

describe('a run that ends before its report is published', () => {
  const tooLong = new NightporterError('RUN_TOO_LONG', 'Make the job smaller.');

  test.each(operations)('by its deadline at "%s" throws the deadline and leaves no manifest and no upload', async (operation) => {
    const deadline = new AbortController();
    const opened = reportInMemory({ signal: deadline.signal });
    opened.store.before = (current) => {
      if (current === operation) deadline.abort(tooLong);
    };
    await expect(write(opened)).rejects.toBe(tooLong);
    await opened.abandon();
    expect(opened.store.text('manifest.json')).toBe('');
    expect(opened.store.open).toBe(0);
  });

  test('by an error of the job leaves nothing once it is abandoned', async () => {
    const opened = reportInMemory();
    const writer = await opened.sink.open(definition);
    for (let index = 0; index < rowCount; index++) await writer.add(row(index));
    expect(opened.store.open).toBe(2);
    await opened.abandon();
    expect(opened.store.open).toBe(0);
    expect(opened.store.objects.size).toBe(0);
    await expect(writer.publish(summary)).rejects.toMatchObject({ code: 'REPORT_INVALID' });
  });

  test('and never wrote a row is abandoned without a request', async () => {
    const opened = reportInMemory();
    await opened.abandon();
    await opened.sink.open(definition);
    await opened.abandon();
    expect(opened.store.journal).toEqual([]);
  });

  test('an abandoned report that was published stays', async () => {
    const opened = reportInMemory();
    await (await opened.sink.open(definition)).publish(summary);
    await opened.abandon();
    expect(opened.store.objects.size).toBe(4);
  });
});
