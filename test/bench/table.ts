import { styleText } from 'node:util';
import type { Result } from './result.ts';
import { rows } from './rows.ts';

/** For people: one line per row, what was missed in red. */
export function table(results: readonly Result[]): string {
  const cells = results.map((result) => [result.name, measuredCell(result), goalCell(result), peerCell(result), rows[result.name].about]);
  const header = ['', 'measured', 'goal', 'peer', ''];
  const widths = header.map((title, column) => Math.max(title.length, ...cells.map((line) => line[column]?.length ?? 0)));
  const lines = [header, ...cells].map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const [head = '', ...body] = lines;
  return [styleText('dim', head), ...body.map((line, index) => coloured(line, results[index]))].join('\n');
}

function coloured(line: string, result: Result | undefined): string {
  if (result?.met === false) return styleText('red', line);
  return result?.met ? styleText('green', line) : line;
}

function measuredCell({ value, unit }: Result): string {
  return value === null ? 'skipped' : quantity(value, unit);
}

function goalCell({ name, goal, unit, met }: Result): string {
  if (goal === null) return '';
  return `${'least' in rows[name] ? '>=' : '<='} ${quantity(goal, unit)}${met === false ? ' missed' : ''}`;
}

function peerCell({ peer, peerValue, unit, skipped }: Result): string {
  if (skipped !== null) return skipped;
  return peer === null || peerValue === null ? '' : `${peer} ${quantity(peerValue, unit)}`;
}

function quantity(value: number, unit: string): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 0.01))));
  return `${Number(value.toFixed(digits))} ${unit}`;
}
