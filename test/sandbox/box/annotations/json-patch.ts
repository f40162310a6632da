import { objectOf } from '../http/json-body.ts';

type Values = Readonly<Record<string, unknown>>;

/**
 * A JSON patch (RFC 6902) on flat metadata: paths have one part. All of it is applied, or nothing.
 * @returns the new values, or a sentence that says which operation did not fit.
 */
export function patched(before: Values, operations: unknown): Values | string {
  if (!Array.isArray(operations)) return 'Expected a list of operations';
  const values: Record<string, unknown> = { ...before };
  for (const operation of operations) {
    const wrong = applyOne(values, objectOf(operation) ?? {});
    if (wrong !== undefined) return wrong;
  }
  return values;
}

function applyOne(values: Record<string, unknown>, { op, path, from, value }: Values): string | undefined {
  const key = keyOf(path);
  const source = keyOf(from);
  if (key === undefined) return `No such path: ${String(path)}`;
  const there = Object.hasOwn(values, key);
  switch (op) {
    case 'add':
      values[key] = value;
      return undefined;
    case 'replace':
      if (!there) return `Nothing to replace at ${String(path)}`;
      values[key] = value;
      return undefined;
    case 'remove':
      if (!there) return `Nothing to remove at ${String(path)}`;
      delete values[key];
      return undefined;
    case 'test':
      return there && JSON.stringify(values[key]) === JSON.stringify(value) ? undefined : `Test of ${String(path)} failed`;
    case 'copy':
    case 'move':
      if (source === undefined || !Object.hasOwn(values, source)) return `Nothing at ${String(from)}`;
      values[key] = values[source];
      if (op === 'move') delete values[source];
      return undefined;
    default:
      return `No such operation: ${String(op)}`;
  }
}

function keyOf(pointer: unknown): string | undefined {
  const part = typeof pointer === 'string' ? /^\/([^/]+)$/.exec(pointer)?.[1] : undefined;
  return part?.replaceAll('~1', '/').replaceAll('~0', '~');
}
