import { readMultipart } from '../content/multipart.ts';
import type { Exchange } from '../http/exchange.ts';
import { isParameter, type Operation, readDescription } from './description.ts';
import { isNode, type SchemaNode } from './json-schema.ts';
import { type SchemaCheck, schemaCheck } from './schema-check.ts';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Checks of real traffic against Box's own description. A list of violations, each a sentence; empty when all is well. */
export interface Contract {
  /** @param url path and query; a host in front is ignored. @param body as sent; empty for none. */
  checkRequest(method: string, url: string, headers: Headers, body: string): readonly string[];
  /** @param path without query. @param body as received; empty for none. */
  checkResponse(method: string, path: string, status: number, body: string): readonly string[];
  /** Both of it. Where files are downloaded from is an address that is not described, and nothing is found there. */
  checkExchange(exchange: Exchange): readonly string[];
}

/** Refusals that come with a header and no body, although the description says `ClientError` for every error. */
const emptyRefusals: ReadonlySet<number> = new Set([401, 403]);

/** @param path Box's `openapi.json`, or the folder that holds it. @throws when it cannot be read. */
export function openContract(path: string): Contract {
  const description = readDescription(path);
  const check = schemaCheck(description.components);

  function find(method: string, path: string): Operation | undefined {
    const given = path.split('/');
    return description.operations.find((operation) => operation.method === method && matches(operation.segments, given));
  }

  const contract: Contract = {
    checkExchange({ method, path, query, requestHeaders, requestBody, status, responseBody }) {
      if (path.startsWith('/d/')) return [];
      return [
        ...contract.checkRequest(method, `${path}?${query}`, requestHeaders, requestBody),
        ...contract.checkResponse(method, path, status, responseBody),
      ];
    },
    checkRequest(method, url, headers, body) {
      const { pathname, searchParams } = new URL(url, 'http://box');
      const operation = find(method, pathname);
      if (operation === undefined) return [`${method} ${pathname} is not in the description`];
      const found = checkQuery(operation, searchParams, check);
      for (const parameter of operation.parameters) {
        const missing =
          parameter.in === 'header' && parameter.required === true && headers[String(parameter.name).toLowerCase()] === undefined;
        if (missing) found.push(`${operation.id}: header ${String(parameter.name)} is missing`);
      }
      return [...found, ...checkBody(operation, String(headers['content-type'] ?? ''), body, check)];
    },
    checkResponse(method, path, status, body) {
      const operation = find(method, path);
      if (operation === undefined) return [`${method} ${path} is not in the description`];
      const found = [operation.responses, ...operation.variants].map((responses) => checkAnswer(responses, `${operation.id} ${status}: `));
      return found.some((violations) => violations.length === 0) ? [] : (found[0] ?? []);

      function checkAnswer(responses: SchemaNode, where: string): readonly string[] {
        const answer = answerTo(responses, status);
        const schema = isNode(answer) ? schemaOf(answer, 'application/json') : undefined;
        if (body === '') return schema === undefined || emptyRefusals.has(status) ? [] : [`${where}the body is missing`];
        if (schema === undefined) return [`${where}a body where none is described`];
        const parsed = parse(body);
        return parsed === undefined ? [`${where}the body is not JSON`] : check(schema, parsed, where);
      }
    },
  };
  return contract;
}

/** Metadata is described as if reading it made it (201). */
function answerTo(responses: SchemaNode, status: number): unknown {
  return responses[String(status)] ?? (status === 200 ? responses['201'] : undefined) ?? responses.default;
}

function checkQuery(operation: Operation, query: URLSearchParams, check: SchemaCheck): string[] {
  const described = new Map(
    operation.parameters.filter(({ in: place }) => place === 'query').map((parameter) => [String(parameter.name), parameter]),
  );
  const found = [...query].flatMap(([name, text]) => {
    const schema = described.get(name)?.schema;
    if (!isNode(schema)) return [`${operation.id}: query parameter ${name} is not described`];
    return check(schema, readParameter(schema, text), `${operation.id}: query ${name}`);
  });
  const missing = [...described].filter(([name, { required }]) => required === true && !query.has(name));
  return [...found, ...missing.map(([name]) => `${operation.id}: query parameter ${name} is missing`)];
}

/** Text that is not of the kind described stays text, and is found wrong. */
function readParameter(schema: SchemaNode, text: string): unknown {
  if (schema.type === 'integer' || schema.type === 'number') return /^-?\d+$/.test(text) ? Number(text) : text;
  if (schema.type === 'boolean') return text === 'true' || (text === 'false' ? false : text);
  return schema.type === 'array' ? text.split(',') : text;
}

function checkBody(operation: Operation, contentType: string, body: string, check: SchemaCheck): readonly string[] {
  const { requestBody, id } = operation;
  if (requestBody === undefined) return body === '' ? [] : [`${id}: a body where none is described`];
  if (body === '') return requestBody.required === true ? [`${id}: the body is missing`] : [];
  const mediaType = contentType.split(';')[0] ?? '';
  const schema = schemaOf(requestBody, mediaType);
  if (schema === undefined) return [`${id}: content type ${contentType || '(none)'} is not described`];
  return check(schema, readBody(mediaType, contentType, body), `${id}: body`);
}

function readBody(mediaType: string, contentType: string, body: string): unknown {
  if (mediaType === 'application/x-www-form-urlencoded') return Object.fromEntries(new URLSearchParams(body));
  if (mediaType === 'application/octet-stream') return body;
  if (mediaType !== 'multipart/form-data') return parse(body);
  const parts = [...(readMultipart(contentType, Buffer.from(body)) ?? [])].map(([name, bytes]) => [name, bytes.toString('utf8')] as const);
  // Described as an object, sent as its JSON.
  return Object.fromEntries(parts.map(([name, text]) => [name, name === 'attributes' ? parse(text) : text]));
}

function schemaOf(carrier: SchemaNode, mediaType: string): unknown {
  const content = isNode(carrier.content) ? carrier.content[mediaType] : undefined;
  return isNode(content) ? content.schema : undefined;
}

function matches(segments: readonly string[], given: readonly string[]): boolean {
  return segments.length === given.length && segments.every((name, nth) => (isParameter(name) ? given[nth] !== '' : name === given[nth]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
