import type { Cell, Row } from '../declare/report.ts';
import type { NamedColumn } from './row.ts';

/** Excel reads a CSV file as UTF-8 only when it begins with a byte order mark; programs have the NDJSON file, which has none. */
const byteOrderMark = '\uFEFF';

/** What a spreadsheet takes for the start of a formula, full-width forms included: owasp.org/www-community/attacks/CSV_Injection */
const formula = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

const units = { text: '', time: '', count: '', bytes: ' (bytes)', share: ' (1 = 100 %)' } as const;

/** The first line: headings for people, with the unit. */
export function csvHeader(columns: readonly NamedColumn[]): string {
  return byteOrderMark + record(columns.map(({ label, kind }) => field(safeText(label + units[kind]))));
}

/** One record as RFC 4180 has it: CRLF at its end, quotes only where needed, null as nothing. */
export function csvLine(columns: readonly NamedColumn[], row: Row<string>): string {
  return record(columns.map(({ key, kind }) => cellField(row[key] ?? null, kind === 'text')));
}

function record(fields: readonly string[]): string {
  return `${fields.join(',')}\r\n`;
}

function cellField(cell: Cell, isText: boolean): string {
  if (cell === null) return '';
  // Numbers and times are checked before, so a leading minus sign is a number's.
  return typeof cell === 'string' && isText ? field(safeText(cell)) : String(cell);
}

/** Text that would be a formula is shown as text by spreadsheets when an apostrophe stands before it. */
function safeText(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
