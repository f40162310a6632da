import { createHash } from 'node:crypto';
import type { SummaryTable } from '../declare/report.ts';
import { csvHeader, writeCsvLine } from './csv.ts';
import { writeNdjsonLine } from './ndjson.ts';
import type { ObjectStore } from './object-store.ts';
import { namedColumns } from './row.ts';
import type { WrittenFile } from './rows-file.ts';

interface Place {
  readonly objects: ObjectStore;
  readonly bucket: string;
  /** With a slash at its end. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Writes a table as CSV and as NDJSON. */
export async function writeTable(
  { name, columns, rows }: SummaryTable,
  { objects, bucket, folder, signal }: Place,
): Promise<WrittenFile[]> {
  const named = namedColumns(columns);
  const csv = [csvHeader(named)];
  const ndjson: string[] = [];
  for (const row of rows) {
    writeCsvLine(named, row, (text) => csv.push(text));
    writeNdjsonLine(named, row, (text) => ndjson.push(text));
  }
  const files = [
    { key: `${folder}${name}.csv`, contentType: 'text/csv; charset=utf-8; header=present', body: Buffer.from(csv.join('')) },
    { key: `${folder}${name}.ndjson`, contentType: 'application/x-ndjson', body: Buffer.from(ndjson.join('')) },
  ];
  for (const { key, contentType, body } of files) await objects.put({ bucket, key, contentType }, body, signal);
  return files.map(({ key, body }) => ({ key, bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') }));
}
