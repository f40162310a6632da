import type { ReportSummary } from '../declare/report.ts';
import { NightporterError } from '../errors.ts';
import { checkRow, namedColumns } from './row.ts';

/** @throws NightporterError `REPORT_INVALID` for a figure that is no number, or a chart whose labels and values differ in number. */
export function checkSummary({ totals, charts, tables = [] }: ReportSummary): void {
  for (const { label, value } of totals) {
    if (!Number.isFinite(value)) throw invalid(`Correct the total "${label}": it must be a finite number.`);
  }
  for (const { title, labels, values } of charts) {
    if (labels.length !== values.length) throw invalid(`Give the chart "${title}" as many labels as values.`);
    if (!values.every((value) => Number.isFinite(value) && value >= 0)) {
      throw invalid(`Correct the chart "${title}": its values must be finite numbers from 0.`);
    }
  }
  for (const { name, columns, rows } of tables) {
    if (!/^[a-z][a-z-]{0,30}$/.test(name) || name === 'rows')
      throw invalid(`Name the table "${name}" otherwise: small letters and hyphens, and not "rows".`);
    for (const row of rows) checkRow(namedColumns(columns), row);
  }
}

function invalid(sentence: string): NightporterError {
  return new NightporterError('REPORT_INVALID', sentence);
}
