import type { Cell, SummaryTable } from '../../declare/report.ts';
import { type NamedColumn, namedColumns } from '../row.ts';
import { clip, type PageBounds } from './collect.ts';
import { escapeHtml } from './escape.ts';
import { formatFigure } from './format.ts';

const mostRows = 200;

/** The tables of a summary, written out: they are short, and can be read without script. */
export function summaryTables(tables: readonly SummaryTable[], bounds: PageBounds): string {
  return tables.map((table) => section(table, bounds)).join('\n');
}

function section({ name, title, columns, rows }: SummaryTable, { textLength, rowsPerOrder }: PageBounds): string {
  const named = namedColumns(columns);
  const shown = rows.slice(0, Math.min(mostRows, rowsPerOrder));
  const head = named.map(({ label, kind }) => `<th scope="col" class="${kind}">${escapeHtml(label)}</th>`).join('');
  const body = shown.map((row) => `<tr>${named.map((column) => cell(column, row[column.key] ?? null, textLength)).join('')}</tr>`);
  const files = `<code>${escapeHtml(name)}.csv</code> or <code>${escapeHtml(name)}.ndjson</code>`;
  return `<section class="summary-table" aria-labelledby="${name}-title"><h2 id="${name}-title">${escapeHtml(title)}</h2>
<div class="scroll" role="region" aria-labelledby="${name}-title" tabindex="0"><table><thead><tr>${head}</tr></thead>
<tbody>${body.join('\n')}</tbody></table></div>
<p class="whole">${formatFigure(shown.length, 'count')} of ${formatFigure(rows.length, 'count')}; all are in ${files} beside this page.</p></section>`;
}

function cell({ kind }: NamedColumn, value: Cell, textLength: number): string {
  return `<td class="${kind}">${value === null ? '–' : escapeHtml(textOf(kind, value, textLength))}</td>`;
}

function textOf(kind: NamedColumn['kind'], value: string | number, textLength: number): string {
  if (typeof value === 'string') return kind === 'time' ? value.slice(0, 10) : clip(value, textLength);
  return kind === 'count' || kind === 'bytes' || kind === 'share' ? formatFigure(value, kind) : String(value);
}
