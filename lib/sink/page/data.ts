import type { Kind } from './format.ts';

/** What the page's script reads from the page: JSON, so nothing but these shapes. */
export interface PageData {
  readonly columns: readonly { readonly label: string; readonly kind: Kind }[];
  /** Each row once, however many orders show it. Times are seconds since 1970. */
  readonly rows: readonly (readonly PageCell[])[];
  readonly orders: readonly PageOrder[];
  readonly charts: readonly PageChart[];
}

export type PageCell = string | number | null;

export interface PageOrder {
  readonly label: string;
  /** Index of the column that it is sorted by. */
  readonly by: number;
  readonly direction: 'descending' | 'ascending';
  /** How many rows of the whole report belong to it; the page may show fewer. */
  readonly matching: number;
  /** Indexes into `rows`. */
  readonly rows: readonly number[];
}

export interface PageChart {
  readonly shape: 'bar' | 'doughnut';
  readonly kind: 'count' | 'bytes';
  readonly labels: readonly string[];
  readonly values: readonly number[];
}
