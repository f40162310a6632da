import type { Result } from './result.ts';

/** For programs: one object, figures rounded to what is meant. */
export function json(bench: string, results: readonly Result[]): string {
  return JSON.stringify({ bench, results }, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value), 2);
}
