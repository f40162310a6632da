import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Row } from '../../../lib/declare/report.ts';
import { csvHeader, writeCsvLine } from '../../../lib/sink/csv.ts';
import { writeNdjsonLine } from '../../../lib/sink/ndjson.ts';
import { type NamedColumn, namedColumns } from '../../../lib/sink/row.ts';
import { columnsOf, rowOf } from './open-report.ts';

type WriteLine = (columns: readonly NamedColumn[], row: Row<string>, write: (text: string) => void) => void;

function line(writeLine: WriteLine, columns: readonly NamedColumn[], row: Row<string>): string {
  const pieces: string[] = [];
  writeLine(columns, row, (text) => pieces.push(text));
  return pieces.join('');
}

/** RFC 4180, read strictly: a bare quote or line break outside quotes is an error. */
function parse(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    const [, quoted, plain, end] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(text.slice(at)) ?? [];
    if (end === undefined) throw new Error(`no field at ${at}`);
    record.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    at += (quoted === undefined ? (plain?.length ?? 0) : quoted.length + 2) + end.length;
    if (end === '\r\n') {
      records.push(record);
      record = [];
    }
  }
  return records;
}

const separators = fc.constantFrom(';', ',', '\t', '\r', '\n', '\r\n');
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[=+\-@\t\r\n",]?[a-z",\r\n]{0,6}$/),
  fc.array(fc.oneof(separators, fc.constantFrom('=', '＝', '-', '"', "'", 'a')), { maxLength: 8 }).map((pieces) => pieces.join('')),
);

/** Without the apostrophes that stand where a formula would begin. */
const unguarded = (cell: string): string => cell.replace(/(^|[;,\t\r\n])'(?="*[=+\-@\t\r\n＝＋－＠])/g, '$1');

describe('CSV', () => {
  test('whatever stands in a text comes back from an RFC 4180 reader, but for the apostrophe before a formula', () => {
    const columns = columnsOf(['text', 'text', 'text']);
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text, text)), (rows) => {
        const read = parse(rows.map((cells) => line(writeCsvLine, columns, rowOf(cells))).join(''));
        expect(read.map((cells) => cells.map(unguarded))).toEqual(rows.map((cells) => cells.map(unguarded)));
        const ordinary = (_: unknown, nth: number) => !/[=+\-@\t\r\n＝＋－＠]/.test(rows.flat()[nth] ?? '');
        expect(read.flat().filter(ordinary)).toEqual(rows.flat().filter(ordinary));
      }),
    );
  });

  test('no cell begins as a formula, by whichever of comma, semicolon and tab a spreadsheet cuts the line, quotes or not', () => {
    const columns = columnsOf(['text', 'text', 'text']);
    let guarded = 0;
    fc.assert(
      fc.property(fc.tuple(text, text, text), (cells) => {
        const written = line(writeCsvLine, columns, rowOf(cells));
        for (const separator of [',', ';', '\t']) {
          const cut = written.split(/[\r\n]/).flatMap((piece) => piece.split(separator));
          const whole = written.slice(0, -2).split(separator);
          for (const cell of [...cut, ...whole]) expect(cell).not.toMatch(/^"*[=+\-@\t\r\n＝＋－＠]/);
        }
        if (written.includes("'")) guarded++;
      }),
      { numRuns: 500 },
    );
    console.info(`CSV: ${guarded} of 500 lines had something to guard.`);
    expect(guarded).toBeGreaterThan(30);
  });

  test.each([
    [`x;=cmd|' /C calc'!A0;`, `x;'=cmd|' /C calc'!A0;`],
    ['x;"=HYPERLINK("http://x")', `x;'"=HYPERLINK("http://x")`],
    ['a,\t=1', "a,'\t'=1"],
    ['one\r\n=1', "one\r\n'=1"],
    ['one\r\n\r\ntwo; three, four - five', 'one\r\n\r\ntwo; three, four - five'],
  ])('%j is written as %j', (given, written) => {
    expect(parse(line(writeCsvLine, columnsOf(['text']), rowOf([given])))).toEqual([[written]]);
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '=HYPERLINK("http://x","y")'])(
    'a name %j never becomes a formula',
    (name) => {
      const [record] = parse(line(writeCsvLine, columnsOf(['text']), rowOf([name])));
      expect(record).toEqual([`'${name.replace(/^([\t\r\n])/, "$1'")}`]);
    },
  );

  test('a heading never becomes a formula', () => {
    expect(csvHeader(namedColumns({ a: { label: '=A1', kind: 'count' } }))).toBe("\uFEFF'=A1\r\n");
  });

  test('numbers stay numbers and null is nothing', () => {
    const columns = columnsOf(['count', 'bytes', 'share', 'text', 'time']);
    expect(line(writeCsvLine, columns, rowOf([-3, 10_737_418_240, 0.25, null, '2026-11-22T02:00:00Z']))).toBe(
      '-3,10737418240,0.25,,2026-11-22T02:00:00Z\r\n',
    );
  });

  test('spreadsheets read it as UTF-8, and its headings say the unit', () => {
    const columns = namedColumns({ a: { label: 'Größe', kind: 'bytes' }, b: { label: 'Share', kind: 'share' } });
    expect(Buffer.from(csvHeader(columns)).toString('hex').startsWith('efbbbf')).toBe(true);
    expect(csvHeader(columns)).toBe('\uFEFFGröße (bytes),Share (1 = 100 %)\r\n');
  });
});

describe('NDJSON', () => {
  test('each line is the row itself, columns in their declared order, whatever the order in the row', () => {
    const columns = columnsOf(['text', 'bytes', 'share']);
    const cells = fc.tuple(fc.option(text), fc.option(fc.maxSafeNat()), fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })));
    fc.assert(
      fc.property(cells, ([a, b, c]) => {
        const written = line(writeNdjsonLine, columns, { c2: c, c0: a, c1: b });
        expect(written.indexOf('\n')).toBe(written.length - 1);
        expect(Object.entries(JSON.parse(written))).toEqual([
          ['c0', a],
          ['c1', b],
          ['c2', Object.is(c, -0) ? 0 : c],
        ]);
      }),
    );
  });
});
