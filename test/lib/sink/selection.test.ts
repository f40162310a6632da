import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cell, Column, Order } from '../../../lib/declare/report.ts';
import { Selection } from '../../../lib/sink/selection.ts';
import { rowOf } from './open-report.ts';

/** The plain way, with all rows in memory: the language's stable sort. */
function sorted(cells: readonly Cell[], direction: Order<string>['direction']): Cell[] {
  const sign = direction === 'descending' ? -1 : 1;
  return [...cells].sort((a, b) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (a === b) return 0;
    return a < b ? -sign : sign;
  });
}

function select(cells: readonly Cell[], limit: number, order: Partial<Order<string>> = {}, kind: Column['kind'] = 'count'): Selection {
  const selection = new Selection({ label: 'x', by: 'c0', direction: 'descending', ...order }, kind, limit);
  for (const [index, cell] of cells.entries()) selection.offer(rowOf([cell, index]));
  return selection;
}

const direction = fc.constantFrom('descending' as const, 'ascending' as const);

describe('the rows of an order', () => {
  test('are the first ones of a sort of all rows, for any rows, ties and blanks', () => {
    const cells = fc.oneof(
      fc.array(fc.option(fc.integer({ min: -5, max: 5 }))),
      fc.array(fc.option(fc.integer())),
      fc.array(fc.option(fc.string())),
    );
    fc.assert(
      fc.property(cells, fc.integer({ min: 1, max: 12 }), direction, (values: Cell[], limit, way) => {
        const rows = select(values, limit, { direction: way }).rows();
        expect(rows.map(({ c0 }) => c0)).toEqual(sorted(values, way).slice(0, limit));
      }),
      { numRuns: 500 },
    );
  });

  test('keep the order of arrival where they tie', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 })), fc.integer({ min: 1, max: 8 }), direction, (values, limit, way) => {
        const arrivals = values.map((value, index) => ({ value, index }));
        const expected = arrivals.sort((a, b) => (way === 'descending' ? b.value - a.value : a.value - b.value) || a.index - b.index);
        expect(
          select(values, limit, { direction: way })
            .rows()
            .map(({ c1 }) => c1),
        ).toEqual(expected.slice(0, limit).map(({ index }) => index));
      }),
    );
  });

  test('count all that belong to the order, shown or not', () => {
    const selection = select([1, 2, 3, 4, 5, 6], 2, { where: ({ c0 }) => Number(c0) % 2 === 0 });
    expect(selection.matching).toBe(3);
    expect(selection.rows().map(({ c0 }) => c0)).toEqual([6, 4]);
  });

  test('compare times as instants, whatever their zone', () => {
    const times = ['2026-01-01T10:00:00+09:00', '2026-01-01T02:00:00Z', '2025-12-31T23:30:00-02:00'];
    expect(
      select(times, 3, { direction: 'ascending' }, 'time')
        .rows()
        .map(({ c1 }) => c1),
    ).toEqual([0, 2, 1]);
  });
});
