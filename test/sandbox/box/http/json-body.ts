import type { Call } from '../call.ts';
import type { Answer } from './answer.ts';
import { clientError } from './error-body.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** @returns undefined for anything but a JSON object; an absent body counts as an empty one. */
export function jsonBody(call: Call): JsonObject | undefined {
  if (call.bytes.length === 0) return {};
  try {
    return objectOf(JSON.parse(call.body));
  } catch {
    return undefined;
  }
}

export const notJson: Answer = clientError(400, [], 'Entity body should be a correctly nested resource attribute name/value pair');

/** Hands the body on, or refuses. */
export function withJson(call: Call, use: (body: JsonObject) => Answer): Answer {
  const body = jsonBody(call);
  return body === undefined ? notJson : use(body);
}

export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Box takes ids as texts; numbers are understood too. */
export function idOf(value: unknown): string | undefined {
  const id = objectOf(value)?.id;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

/** @returns milliseconds; undefined for anything that is no date. */
export function dateOf(value: unknown): number | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
