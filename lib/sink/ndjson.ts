import type { Row } from '../declare/report.ts';
import type { NamedColumn } from './row.ts';

/** One JSON object per line, columns in their declared order, values as they are: github.com/ndjson/ndjson-spec */
export function ndjsonLine(columns: readonly NamedColumn[], row: Row<string>): string {
  const members = columns.map(({ key }) => `${JSON.stringify(key)}:${JSON.stringify(row[key])}`);
  return `{${members.join(',')}}\n`;
}
