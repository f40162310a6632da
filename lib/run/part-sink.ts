import { NightporterError } from '../errors.ts';

/** What one step may write; more is a sign of a generator that never yields. */
const mostCharacters = 64 * 1024 * 1024;

/**
 * The lines and counts of one step. They count up to the last `seal`: what came after it is dropped when the step ends before its work does,
 * because the next one will write it again.
 */
export class PartSink {
  readonly #lines = new Map<string, string[]>();
  #counts: Record<string, number> = {};
  #sealed: { readonly lengths: ReadonlyMap<string, number>; readonly counts: Readonly<Record<string, number>> } = {
    lengths: new Map(),
    counts: {},
  };
  #characters = 0;

  readonly count = (name: string, by = 1): void => {
    this.#counts[name] = (this.#counts[name] ?? 0) + by;
  };

  add(kind: string, line: string): void {
    this.#characters += line.length;
    if (this.#characters > mostCharacters)
      throw new NightporterError('REPORT_INVALID', 'Let the job yield a cursor more often: one step has more rows than it can hold.');
    const lines = this.#lines.get(kind);
    if (lines) lines.push(line);
    else this.#lines.set(kind, [line]);
  }

  /** All so far is done. */
  seal(): void {
    this.#sealed = {
      lengths: new Map(Array.from(this.#lines, ([kind, lines]) => [kind, lines.length])),
      counts: { ...this.#counts },
    };
  }

  get counts(): Readonly<Record<string, number>> {
    return this.#sealed.counts;
  }

  /** The sealed lines by kind. */
  *parts(): Iterable<readonly [kind: string, lines: readonly string[]]> {
    for (const [kind, length] of this.#sealed.lengths) if (length > 0) yield [kind, (this.#lines.get(kind) ?? []).slice(0, length)];
  }
}
