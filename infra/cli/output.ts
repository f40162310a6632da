import type { Cli } from './cli.ts';
import { painter } from './terminal.ts';

/** Prints a result: as JSON for programs, or as the text that `toText` makes of it for people. */
export function print<T>({ json, terminal }: Pick<Cli, 'json' | 'terminal'>, value: T, toText: (value: T, paint: Paint) => string): void {
  const text = json ? JSON.stringify(value, null, 2) : toText(value, painter(terminal.stdout));
  terminal.stdout.write(`${text}\n`);
}

export type Paint = ReturnType<typeof painter>;

/** Columns side by side, each as wide as its widest cell; the first row is the heading. */
export function table(rows: readonly (readonly string[])[], paint: Paint): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line, index) => (index === 0 ? paint('dim', line) : line)).join('\n');
}

/** `90 s`, `65 min`, `3 h`, `12 d`: one unit is enough to decide by. */
export function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 2) return `${Math.max(0, Math.floor(ms / 1000))} s`;
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
