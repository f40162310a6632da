import type { ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { isNode, jsonSchema, type SchemaNode } from './json-schema.ts';

/** Violations of an OpenAPI schema, each a sentence that begins with `where`. */
export type SchemaCheck = (schema: unknown, value: unknown, where: string) => readonly string[];

/** Names of formats that say what a text is for, not how it is written. */
const freeFormats = ['digest', 'jwt', 'space_delimited_list', 'timezone', 'token', 'url', 'urn', '<width>x<height>'];

/** @param components of the description, to which `$ref`s point. */
export function schemaCheck(components: unknown): SchemaCheck {
  const ajv = new Ajv2019({ strict: false, logger: false, formats: { ...fullFormats } });
  for (const name of freeFormats) ajv.addFormat(name, true);
  ajv.addSchema({ $id: 'box', components: { schemas: convertAll(components) } });
  const compiled = new Map<unknown, ValidateFunction>();
  return (schema, value, where) => {
    const validate = compiled.get(schema) ?? ajv.compile(rooted(jsonSchema(schema)));
    compiled.set(schema, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${where}${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
}

/** `#/components/…` means the description, not the fragment that is compiled. */
function rooted(schema: unknown): SchemaNode {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"box#/components/'));
}

function convertAll(components: unknown): SchemaNode {
  const schemas = isNode(components) && isNode(components.schemas) ? components.schemas : {};
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, jsonSchema(corrected(name, schema), true)]));
}

/** Where the description is at odds with Box's own guides and SDK. */
function corrected(name: string, schema: unknown): unknown {
  if (!isNode(schema)) return schema;
  // Copied from the token request: a revocation has no grant type, and Box's SDK sends none.
  if (name === 'PostOAuth2Revoke') return { ...schema, required: [] };
  // With `fields`, the folders of a folder come with more than their mini representation, as files and web links do.
  if (name === 'Item') return JSON.parse(JSON.stringify(schema).replace('Folder--Mini', 'Folder--Full'));
  // An invitation to an address without an account is nobody's yet.
  if (name === 'Collaboration' && isNode(schema.properties)) return withNullable(schema, 'accessible_by');
  // Whatever is a user or a file is also "generic": exactly one of them can't be asked for.
  if (name === 'EventSourceResource') return { anyOf: schema.oneOf };
  // What an item says of itself under a template stands beside the fields that all instances have.
  if (name === 'Metadata') return { ...schema, additionalProperties: true };
  // A shared link has no field of this name; it means `access`.
  if (name === 'Folder' || name === 'File' || name === 'WebLink')
    return JSON.parse(JSON.stringify(schema).replaceAll('"accessed"', '"access"'));
  // Meant for requests: an item without tags comes with an empty list.
  if (name === 'File--Full' || name === 'Folder--Full') return JSON.parse(JSON.stringify(schema).replaceAll('"minItems":1,', ''));
  // A file that holds the name comes alone, not in a list: rclone's uploads have read it so for years.
  if (name === 'ConflictError')
    return JSON.parse(JSON.stringify(schema), (key, value) => (key === 'conflicts' ? { anyOf: [value, value.items] } : value));
  // The guides name codes that this list does not have, `rate_limit_exceeded` first of all.
  if (name === 'ClientError' && isNode(schema.properties))
    return { ...schema, properties: { ...schema.properties, code: { type: 'string' } } };
  return schema;
}

function withNullable(schema: SchemaNode, name: string): SchemaNode {
  const properties = isNode(schema.properties) ? schema.properties : {};
  return { ...schema, properties: { ...properties, [name]: { allOf: [properties[name]], nullable: true } } };
}
