/** A node of an OpenAPI 3.0 schema or of the JSON schema made from it. */
export type SchemaNode = { readonly [keyword: string]: unknown };

/**
 * OpenAPI 3.0 schema → JSON schema 2019-09. `nullable: true` becomes "or null": JSON schema has no such keyword and would ignore it.
 * Composed objects are closed, so that a property that is not described is found: Box's description says nothing about others.
 * @param part true for what others extend (`allOf`, components): closed on its own, it would refuse what they add.
 */
export function jsonSchema(node: unknown, part = false): unknown {
  if (Array.isArray(node)) return node.map((each) => jsonSchema(each, part));
  if (!isNode(node)) return node;
  const kept = Object.entries(node).filter(([keyword]) => keyword !== 'nullable' && keyword !== 'example');
  const plain = Object.fromEntries(kept.map(([keyword, value]) => [keyword, jsonSchema(value, keyword === 'allOf')]));
  const composed = plain.$ref !== undefined || plain.allOf !== undefined;
  const schema = composed && !part ? { ...plain, unevaluatedProperties: false } : plain;
  return isNullable(node) ? { anyOf: [{ type: 'null' }, schema] } : schema;
}

/** Box also writes `allOf: [{ the schema }, { nullable: true }]`, meaning the whole. */
function isNullable(node: SchemaNode): boolean {
  if (node.nullable === true) return true;
  const parts = Array.isArray(node.allOf) ? node.allOf : [];
  return parts.some((part) => isNode(part) && part.nullable === true && part.type === undefined && part.$ref === undefined);
}

export function isNode(value: unknown): value is SchemaNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
