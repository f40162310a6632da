import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ReportSummary, Row } from '../../../lib/declare/report.ts';
import type { PageAssets } from '../../../lib/sink/page/assets.ts';
import type { PageReport } from '../../../lib/sink/page/collect.ts';
import { clip } from '../../../lib/sink/page/collect.ts';
import type { PageData } from '../../../lib/sink/page/data.ts';
import { formatFigure } from '../../../lib/sink/page/format.ts';
import { pageBytes, renderPage } from '../../../lib/sink/page/render.ts';
import { columnsOf, plainPage, rowOf, runOfTest } from './open-report.ts';
import { buildPageAssets } from './page-assets.ts';

const names = ['rows.csv', 'rows.ndjson'];

function pageReport(facts: Partial<PageReport> = {}): PageReport {
  return {
    title: 'Sizes',
    description: 'How big things are.',
    run: runOfTest,
    generatedAt: new Date('2026-11-22T02:03:04Z'),
    columns: columnsOf(['text']),
    rows: 0,
    selections: [],
    summary: { totals: [], charts: [] },
    names,
    ...facts,
  };
}

function dataOf(html: string): PageData {
  return JSON.parse(/<script type="application\/json" id="data">([^<]*)<\/script>/.exec(html)?.[1] ?? '');
}

/** The page with everything between tags taken out: what a payload would have to change to do harm. */
function skeleton(html: string): string {
  return (html.match(/<[a-z/!][^>]*>/gi) ?? []).join('').replace(/Content-Security-Policy" content="[^"]*"/, '');
}

function pageOf(text: string): string {
  const row = rowOf([text]);
  const summary: ReportSummary = {
    totals: [{ label: text, value: 1, kind: 'count' }],
    charts: [{ title: text, shape: 'doughnut', kind: 'bytes', labels: [text], values: [1] }],
    notes: [text],
  };
  const selections = [{ label: text, by: 'c0', direction: 'ascending' as const, matching: 1, rows: [row] }];
  return renderPage(
    pageReport({ title: text, description: text, run: { ...runOfTest, id: text, job: text }, selections, summary, rows: 1 }),
    plainPage,
  );
}

describe('what stands in a name', () => {
  const payload = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '</script><script>alert(1)</script>',
      '<!--<script>',
      '"><img src=x onerror=alert(1)>',
      "' onload='x",
      '&lt;b&gt;',
      '\u2028',
      ']]>',
    ),
  );

  test('can never become markup, and reaches the table as it is', () => {
    const harmless = skeleton(pageOf('x'));
    fc.assert(
      fc.property(payload, (text) => {
        const html = pageOf(text);
        expect(skeleton(html)).toBe(harmless);
        expect(dataOf(html).rows).toEqual([[text]]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the page', () => {
  let assets: PageAssets;
  beforeAll(async () => {
    assets = await buildPageAssets();
  });

  test('lets its own script and style run and nothing else', () => {
    const html = renderPage(pageReport(), assets);
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    const hash = (text: string | undefined): string =>
      `'sha256-${createHash('sha256')
        .update(text ?? '')
        .digest('base64')}'`;
    const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => hash(text));
    const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, text]) => hash(text));
    expect(scripts).toHaveLength(1);
    expect(styles).toHaveLength(1);
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${scripts[0]}`,
      `style-src ${styles[0]}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
    ]);
    expect(html.replace(assets.script, '')).not.toMatch(/\b(src|href)="(?!data:,")|style="|\son\w+=/);
  });

  test('refuses a script that would end its own element', () => {
    expect(() => renderPage(pageReport(), { script: '"</script>"', style: '' })).toThrow(
      expect.objectContaining({ code: 'REPORT_INVALID' }),
    );
  });

  const kinds = ['text', 'text', 'text', 'bytes', 'bytes', 'share', 'count', 'time', 'time', 'text'] as const;

  function fullReport(text: string): PageReport {
    const rows = Array.from({ length: 4_000 }, (_, index) =>
      rowOf(
        kinds.map((kind) =>
          kind === 'text' ? `${text}${index}` : kind === 'time' ? '2026-11-22T02:00:00.000Z' : kind === 'share' ? 0.123456 : 1e15 + index,
        ),
      ),
    );
    const selections = [0, 1, 2, 3].map((order) => selection(rows.slice(order * 1_000, order * 1_000 + 1_000), `Order ${order}`));
    return pageReport({ columns: columnsOf(kinds), rows: rows.length, selections });
  }

  function selection(rows: Row<string>[], label = 'All'): PageReport['selections'][number] {
    return { label, by: 'c3', direction: 'descending', matching: rows.length, rows };
  }

  test('shows four orders of 1,000 different rows, with names of usual length, whole', () => {
    const html = renderPage(fullReport('A name of forty characters, more or less'), assets);
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(pageBytes);
    expect(dataOf(html).orders.map(({ rows }) => rows.length)).toEqual([1_000, 1_000, 1_000, 1_000]);
    expect(html).not.toContain('Long texts are shortened');
  });

  test.each(['n'.repeat(255), '漢'.repeat(255), '<'.repeat(255), '👍🏽'.repeat(60), '\u0000'.repeat(255), 'path/'.repeat(1_000)])(
    'is never larger than 2 MB, however long the names, and says what it left out (%#)',
    (text) => {
      const html = renderPage(fullReport(text), assets);
      expect(Buffer.byteLength(html)).toBeLessThanOrEqual(pageBytes);
      expect(html).toContain('Long texts are shortened');
      const { orders, rows } = dataOf(html);
      expect(orders.every((order) => order.rows.length >= 50)).toBe(true);
      expect(orders.flatMap((order) => order.rows).every((index) => rows[index] !== undefined)).toBe(true);
    },
  );

  test('holds a row once, however many orders show it', () => {
    const rows = [rowOf(['a']), rowOf(['b'])];
    const html = renderPage(pageReport({ selections: [selection(rows, 'One'), selection([...rows].reverse(), 'Two')] }), assets);
    expect(dataOf(html).rows).toEqual([['a'], ['b']]);
    expect(dataOf(html).orders.map((order) => order.rows)).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  test('keeps both ends of a long text and cuts no character in two', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.integer({ min: 2, max: 40 }), (text, length) => {
        const clipped = clip(text, length);
        expect(clipped.length).toBeLessThanOrEqual(Math.max(length, 1));
        expect(clipped.isWellFormed()).toBe(true);
        if (text.length <= length) expect(clipped).toBe(text);
      }),
    );
    expect(clip('/Finance/2026/Invoices/Q3', 13)).toBe('/Finan…ces/Q3');
  });

  test.each([
    [0, 'bytes', '0 B'],
    [1_023, 'bytes', '1,023 B'],
    [10_737_418_240, 'bytes', '10.0 GB'],
    [1_073_741_823, 'bytes', '1.0 GB'],
    [1.5 * 1_024 ** 4, 'bytes', '1.5 TB'],
    [0.9, 'share', '90.0 %'],
    [1_234_567, 'count', '1,234,567'],
  ] as const)('writes %d %s as "%s"', (value, kind, text) => {
    expect(formatFigure(value, kind).replaceAll('\u00A0', ' ')).toBe(text);
  });
});
