import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isNode, type SchemaNode } from './json-schema.ts';

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With the server's prefix: `/2.0/users/{user_id}`. */
  readonly segments: readonly string[];
  readonly parameters: readonly SchemaNode[];
  readonly requestBody: SchemaNode | undefined;
  readonly responses: SchemaNode;
  /** Other answers of the same address: a link can lead to a folder where the description has a file. */
  readonly variants: SchemaNode[];
}

export interface Description {
  readonly components: unknown;
  readonly operations: readonly Operation[];
}

const methods = ['get', 'post', 'put', 'delete', 'options', 'patch'];

/**
 * Box's OpenAPI description (github.com/box/box-openapi), from the file or from `openapi.json` in the folder.
 * Paths with a `#` are variants of real ones, written for the documentation; only their answers count.
 * @throws when it cannot be read.
 */
export function readDescription(path: string): Description {
  const file = statSync(path).isDirectory() ? join(path, 'openapi.json') : path;
  const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isNode(document) || !isNode(document.paths)) throw new TypeError(`${file} is no OpenAPI description.`);
  const operations: Operation[] = [];
  const plain = new Map<string, Operation>();
  for (const [template, item] of Object.entries(document.paths).sort(([one], [other]) => one.split('#').length - other.split('#').length)) {
    if (!isNode(item)) continue;
    for (const method of methods) {
      const described = item[method];
      if (!isNode(described)) continue;
      const [path = '', variant] = template.split('#');
      const operation = readOperation(method, path, described, described.servers ?? document.servers);
      if (variant !== undefined) plain.get(`${method} ${path}`)?.variants.push(operation.responses);
      else operations.push(operation);
      if (variant === undefined) plain.set(`${method} ${path}`, operation);
    }
  }
  // The fewest parameters first: `/users/me` before `/users/{user_id}`.
  const parameters = ({ segments }: Operation) => segments.filter(isParameter).length;
  return { components: document.components, operations: operations.sort((one, other) => parameters(one) - parameters(other)) };
}

export function isParameter(segment: string): boolean {
  return segment.startsWith('{');
}

function readOperation(method: string, template: string, operation: SchemaNode, servers: unknown): Operation {
  const [server] = Array.isArray(servers) ? servers : [];
  const base = isNode(server) ? new URL(String(server.url)).pathname.replace(/\/$/, '') : '';
  return {
    id: String(operation.operationId),
    method: method.toUpperCase(),
    segments: `${base}${template}`.split('/'),
    parameters: Array.isArray(operation.parameters) ? operation.parameters.filter(isNode) : [],
    requestBody: isNode(operation.requestBody) ? operation.requestBody : undefined,
    responses: isNode(operation.responses) ? operation.responses : {},
    variants: [],
  };
}
