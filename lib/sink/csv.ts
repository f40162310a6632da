import type { Row } from '../declare/report.ts';
import type { NamedColumn } from './row.ts';

/** Excel reads a CSV file as UTF-8 only when it begins with a byte order mark; programs have the NDJSON file, which has none. */
const byteOrderMark = '\uFEFF';

/**
 * Where a cell begins that a spreadsheet takes for a formula, full-width forms included: owasp.org/www-community/attacks/CSV_Injection. It may
 * be in the middle of a text: half of Europe separates cells by semicolons, and then the quotes around a text with a comma mean nothing.
 */
const formula = /(?<=^|[;,\t])(?="*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20])|(?<=[\r\n])(?="*[=+\-@\t\uFF1D\uFF0B\uFF0D\uFF20])/g;

const units = { text: '', time: '', count: '', bytes: ' (bytes)', share: ' (1 = 100 %)' } as const;

/** The first line: headings for people, with the unit. */
export function csvHeader(columns: readonly NamedColumn[]): string {
  return `${byteOrderMark}${columns.map(({ label, kind }) => field(safeText(label + units[kind]))).join(',')}\r\n`;
}

/** Writes one record as RFC 4180 has it: CRLF at its end, quotes only where needed, null as nothing. */
export function writeCsvLine(columns: readonly NamedColumn[], row: Row<string>, write: (text: string) => void): void {
  let isFirst = true;
  for (const { key, kind } of columns) {
    if (!isFirst) write(',');
    isFirst = false;
    const cell = row[key] ?? null;
    // Numbers and times are checked before, so a leading minus sign is a number's.
    if (cell !== null) write(typeof cell === 'string' && kind === 'text' ? field(safeText(cell)) : String(cell));
  }
  write('\r\n');
}

/** Text that would be a formula is shown as text by spreadsheets when an apostrophe stands before it. */
function safeText(text: string): string {
  return text.replace(formula, "'");
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
