import type { Cell, Column, Row } from '../declare/report.ts';
import { NightporterError } from '../errors.ts';

/** A column with its key in the row. */
export interface NamedColumn extends Column {
  readonly key: string;
  /** The key as JSON, with its colon. */
  readonly jsonKey: string;
}

export function namedColumns(columns: Readonly<Record<string, Column>>): NamedColumn[] {
  return Object.entries(columns).map(([key, { label, kind }]) => ({ key, jsonKey: `${JSON.stringify(key)}:`, label, kind }));
}

const expectations: Readonly<Record<Column['kind'], string>> = {
  text: 'text',
  count: 'a whole number',
  bytes: 'a whole number of bytes',
  share: 'a finite number, 1 meaning 100 %',
  time: 'a time in ISO 8601 with its zone',
};

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

/**
 * Refuses a row that does not hold exactly the declared columns, each with its declared kind or null.
 * @throws NightporterError `REPORT_INVALID`, naming the column and never the value.
 */
export function checkRow(columns: readonly NamedColumn[], row: Row<string>): void {
  for (const { key, kind } of columns) {
    if (!Object.hasOwn(row, key)) throw invalid(`Add the column "${key}" to the row: it is missing, and empty is null.`);
    const cell = row[key];
    if (cell !== null && !fits(kind, cell)) throw invalid(`Correct the row's column "${key}": it must be ${expectations[kind]}, or null.`);
  }
  const keys = Object.keys(row);
  if (keys.length !== columns.length) {
    const unknown = keys.find((key) => !columns.some((column) => column.key === key));
    throw invalid(`Declare the column "${unknown}" or leave it out of the row.`);
  }
}

function fits(kind: Column['kind'], cell: Cell | undefined): boolean {
  if (kind === 'text') return typeof cell === 'string';
  if (kind === 'time') return typeof cell === 'string' && isoTime.test(cell) && Number.isFinite(Date.parse(cell));
  return kind === 'share' ? Number.isFinite(cell) : Number.isInteger(cell);
}

function invalid(sentence: string): NightporterError {
  return new NightporterError('REPORT_INVALID', sentence);
}
