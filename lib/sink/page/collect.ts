import type { Cell, Order, ReportSummary, Row } from '../../declare/report.ts';
import type { ReportRun } from '../report.ts';
import type { NamedColumn } from '../row.ts';
import type { PageCell, PageData } from './data.ts';

/** The rows of one order, first one first. */
export interface SelectedRows extends Pick<Order<string>, 'label' | 'by' | 'direction'> {
  readonly matching: number;
  readonly rows: readonly Row<string>[];
}

/** All that a page is made of. */
export interface PageReport {
  readonly title: string;
  readonly description: string;
  readonly run: ReportRun;
  readonly generatedAt: Date;
  readonly columns: readonly NamedColumn[];
  /** Rows in the whole report. */
  readonly rows: number;
  readonly selections: readonly SelectedRows[];
  readonly summary: ReportSummary;
  /** File names of the whole report, beside the page. */
  readonly names: readonly string[];
}

/** What must give way where a page would grow too large. */
export interface PageBounds {
  /** Characters of a text cell. */
  readonly textLength: number;
  readonly rowsPerOrder: number;
}

const chartLabelLength = 80;

/** The page's data within bounds; a row that several orders show is in it once. */
export function collect({ columns, selections, summary }: PageReport, bounds: PageBounds): PageData {
  const rows: PageCell[][] = [];
  const indexes = new Map<Row<string>, number>();
  const indexOf = (row: Row<string>): number => {
    const index = indexes.get(row) ?? rows.push(columns.map(({ key, kind }) => pageCell(row[key] ?? null, kind, bounds.textLength))) - 1;
    indexes.set(row, index);
    return index;
  };
  return {
    columns: columns.map(({ label, kind }) => ({ label, kind })),
    orders: selections.map(({ label, by, direction, matching, rows: selected }) => ({
      label,
      by: columns.findIndex(({ key }) => key === by),
      direction,
      matching,
      rows: selected.slice(0, bounds.rowsPerOrder).map(indexOf),
    })),
    rows,
    charts: summary.charts.map(({ shape, kind, labels, values }) => ({
      shape,
      kind,
      labels: labels.map((label) => clip(label, chartLabelLength)),
      values,
    })),
  };
}

function pageCell(cell: Cell, kind: NamedColumn['kind'], textLength: number): PageCell {
  if (cell === null) return null;
  if (kind === 'time') return Math.round(Date.parse(String(cell)) / 1_000);
  // A tenth of a percent is shown.
  if (kind === 'share') return Number(Number(cell).toFixed(4));
  return typeof cell === 'string' ? clip(cell, textLength) : cell;
}

/** Keeps both ends, as the end of a path says most; never cuts a character that takes two code units. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = Math.ceil((length - 1) / 2);
  const tail = length - 1 - head;
  return `${text.slice(0, head).replace(/[\uD800-\uDBFF]$/, '')}…${text.slice(text.length - tail).replace(/^[\uDC00-\uDFFF]/, '')}`;
}
