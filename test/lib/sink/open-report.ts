import type { Cell, Column, ReportDefinition, Row } from '../../../lib/declare/report.ts';
import type { PageAssets } from '../../../lib/sink/page/assets.ts';
import { type OpenReportSink, openReportSink, type ReportSinkOptions } from '../../../lib/sink/report.ts';
import { type NamedColumn, namedColumns } from '../../../lib/sink/row.ts';
import { MemoryObjectStore } from './memory-object-store.ts';

export const plainPage: PageAssets = { script: 'void 0', style: 'p { margin: 0 }' };

export const runOfTest = { id: 'run-1', job: 'sizes', scheduledTime: new Date('2026-11-22T02:00:00.000Z') };

export const folder = 'reports/sizes/2026-11-22T020000Z/run-1/';

/** A sink over an object store in memory. */
export function reportInMemory(options: Partial<ReportSinkOptions> = {}): OpenReportSink & { readonly store: MemoryObjectStore } {
  const store = new MemoryObjectStore();
  const { signal } = new AbortController();
  const now = (): number => Date.parse('2026-11-22T02:03:04.000Z');
  return {
    store,
    ...openReportSink({ objects: store, bucket: 'b', prefix: 'reports', run: runOfTest, page: plainPage, now, signal, ...options }),
  };
}

export const definition: ReportDefinition<'name' | 'size'> = {
  title: 'Sizes',
  description: 'How big things are.',
  columns: { name: { label: 'Name', kind: 'text' }, size: { label: 'Size', kind: 'bytes' } },
  orders: [{ label: 'Biggest', by: 'size', direction: 'descending' }],
};

export const summary = { totals: [{ label: 'Size', value: 6, kind: 'bytes' }], charts: [] } as const;

export function columnsOf(kinds: readonly Column['kind'][]): NamedColumn[] {
  return namedColumns(Object.fromEntries(kinds.map((kind, index) => [`c${index}`, { label: `Column ${index}`, kind }])));
}

export function rowOf(cells: readonly Cell[]): Row<string> {
  return Object.fromEntries(cells.map((cell, index) => [`c${index}`, cell]));
}
