import type { Row } from '../declare/report.ts';
import type { NamedColumn } from './row.ts';

/** Writes one JSON object and a line feed, columns in their declared order, values as they are: github.com/ndjson/ndjson-spec */
export function writeNdjsonLine(columns: readonly NamedColumn[], row: Row<string>, write: (text: string) => void): void {
  let opening = '{';
  for (const { key, jsonKey } of columns) {
    write(opening);
    write(jsonKey);
    write(JSON.stringify(row[key] ?? null));
    opening = ',';
  }
  write('}\n');
}
