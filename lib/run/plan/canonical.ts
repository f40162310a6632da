/**
 * JSON that is the same for the same value, whatever order its keys were set in: keys sorted by their UTF-16 code units, no spaces, nothing
 * undefined (as RFC 8785 has it, for the values that JSON can hold).
 */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  // Without a prototype: a key named `__proto__` is a key like any other.
  const target: Record<string, unknown> = Object.create(null);
  for (const [key, each] of entries.sort(([one], [other]) => (one < other ? -1 : 1))) target[key] = sorted(each);
  return target;
}
