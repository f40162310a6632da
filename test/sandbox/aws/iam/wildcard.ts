const compiled = new Map<string, RegExp>();

/** IAM's pattern: `*` is any number of characters, `?` exactly one. */
export function wildcard(pattern: string, flags = ''): RegExp {
  const key = `${flags}/${pattern}`;
  let expression = compiled.get(key);
  if (expression === undefined) {
    const escaped = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    expression = new RegExp(`^${escaped}$`, `s${flags}`);
    compiled.set(key, expression);
  }
  return expression;
}
