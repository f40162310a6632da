/// <reference lib="dom" />
import type { PageCell, PageData, PageOrder } from '../data.ts';
import type { Kind } from '../format.ts';
import { searchable, tableCell } from './cell.ts';

interface Line {
  readonly cells: readonly PageCell[];
  readonly element: HTMLTableRowElement;
  readonly text: string;
}

export interface OrderTable {
  readonly element: HTMLTableElement;
  /** Hides what does not hold the text; says how many rows are left. */
  filter(text: string): number;
}

/** One order as a table: its place in the order, then the columns; each heading sorts, and sorts the other way when used again. */
export function orderTable({ columns, rows }: PageData, order: PageOrder): OrderTable {
  const headings = [{ label: 'No.', kind: 'count' as Kind }, ...columns];
  const lines = order.rows.map((rowIndex, index) => line([index + 1, ...(rows[rowIndex] ?? [])], headings));
  const element = document.createElement('table');
  const body = document.createElement('tbody');
  body.append(...lines.map((each) => each.element));
  const head = sortableHead(headings, { index: order.by + 1, direction: order.direction }, (index, isDescending) => {
    const sign = isDescending ? -1 : 1;
    const sorted = [...lines].sort((a, b) => compare(a.cells[index] ?? null, b.cells[index] ?? null, sign));
    body.append(...sorted.map((each) => each.element));
  });
  element.append(head, body);
  return {
    element,
    filter(text) {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean);
      for (const each of lines) each.element.hidden = !words.every((word) => each.text.includes(word));
      return lines.filter((each) => !each.element.hidden).length;
    },
  };
}

function line(cells: readonly PageCell[], headings: readonly { readonly kind: Kind }[]): Line {
  const element = document.createElement('tr');
  const nameIndex = headings.findIndex(({ kind }) => kind === 'text');
  for (const [index, { kind }] of headings.entries()) {
    const cell = tableCell(cells[index], kind, index === nameIndex ? 'th' : 'td');
    if (index === nameIndex) cell.scope = 'row';
    element.append(cell);
  }
  return {
    cells,
    element,
    text: headings.map(({ kind }, index) => searchable(cells[index] ?? null, kind)).join('\n'),
  };
}

interface Sorting {
  readonly index: number;
  readonly direction: 'descending' | 'ascending';
}

type Heading = { readonly label: string; readonly kind: Kind };

function sortableHead(headings: readonly Heading[], initial: Sorting, sort: (index: number, isDescending: boolean) => void): HTMLElement {
  const head = document.createElement('thead');
  const row = document.createElement('tr');
  const cells = headings.map(({ label, kind }, index) => {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.className = kind;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    button.addEventListener('click', () => {
      const before = cell.ariaSort;
      // Figures are first wanted from the top, texts and places from the start.
      const isDescending = before === null ? kind !== 'text' && index > 0 : before === 'ascending';
      for (const other of cells) other.ariaSort = null;
      cell.ariaSort = isDescending ? 'descending' : 'ascending';
      sort(index, isDescending);
    });
    cell.append(button);
    return cell;
  });
  const first = cells[initial.index];
  if (first) first.ariaSort = initial.direction;
  row.append(...cells);
  head.append(row);
  return head;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Rows without a value come last in either direction; Array.prototype.sort keeps the order of those that tie. */
function compare(a: PageCell, b: PageCell, sign: 1 | -1): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return sign * (typeof a === 'string' ? collator.compare(a, String(b)) : a - Number(b));
}
