/** How figures are written on the page, on the server and in the browser alike. */
export type Kind = 'text' | 'count' | 'bytes' | 'share' | 'time';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/**
 * Bytes with Box's names and Box's arithmetic, 1 GB = 1,024³ bytes: a quota of "10 GB" comes from its API as 10,737,418,240,
 * and has to read as 10 here too.
 */
export function splitBytes(bytes: number): readonly [figure: string, unit: string] {
  let value = bytes;
  let unit = 0;
  // 1,023.95 would be rounded to "1,024.0".
  while (value >= 1_023.95 && unit < units.length - 1) {
    value /= 1_024;
    unit++;
  }
  return [unit === 0 ? whole.format(value) : tenths.format(value), units[unit] ?? ''];
}

export function formatFigure(value: number, kind: 'count' | 'bytes' | 'share'): string {
  if (kind === 'bytes') return splitBytes(value).join('\u00A0');
  return kind === 'share' ? `${tenths.format(value * 100)}\u00A0%` : whole.format(value);
}
