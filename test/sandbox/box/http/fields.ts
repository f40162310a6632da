/** How each field of a resource is made, by Box's name for it. */
export type FieldTable<Source> = Readonly<Record<string, (source: Source) => unknown>>;

/**
 * Box's rule for `fields`: left out, the standard fields come; given, only the base fields and those named come.
 * Names that Box does not know are ignored.
 */
export function fieldsAsked(query: URLSearchParams, base: readonly string[], standard: readonly string[]): readonly string[] {
  const asked = query.get('fields');
  return asked ? [...new Set([...base, ...asked.split(',').map((name) => name.trim())])] : standard;
}

export function render<Source>(source: Source, table: FieldTable<Source>, names: readonly string[]): Record<string, unknown> {
  const rendered: Record<string, unknown> = {};
  for (const name of names) {
    const field = table[name];
    // `toString` and its like are no fields, whoever asks for them.
    if (field && Object.hasOwn(table, name)) rendered[name] = field(source);
  }
  return rendered;
}
