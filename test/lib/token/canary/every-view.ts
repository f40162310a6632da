import { format, inspect } from 'node:util';
import { serialize } from 'node:v8';
// Of fastify, which our sandbox's queues are served by.
import pino from 'pino';

/** Everything that logging, tracing and error tools make of a value, in one text; bytes as the characters that they stand for. */
export function everyView(value: unknown): string {
  return [
    format('%s %o %O %j', value, value, value, value),
    inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true, showProxy: true, maxStringLength: null }),
    inspect({ ...(value as object) }, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
    JSON.stringify(value),
    JSON.stringify({ ...(value as object) }),
    JSON.stringify(asPowertoolsDoes(value)),
    ...byPino(value),
    cloned(value),
    ...ownTexts(value),
  ].join('\n');
}

/** As pino writes it: by itself, as an error, as a field, in a list, and as what a logger is bound to. */
function byPino(value: unknown): readonly string[] {
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line) => lines.push(line) });
  log.error(value as object);
  log.error({ err: value, value }, 'Run failed.');
  log.info({ values: [value, { value }] }, 'Looked at.');
  log.child({ value, credentials: value }).info('Run done.');
  return lines;
}

/** As Powertools' error serialiser does: type, message, stack, causes, and whatever else can be enumerated, inherited or not. */
function asPowertoolsDoes(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const copy: Record<string, unknown> = {
    type: value.name,
    message: value.message,
    stack: value.stack,
    cause: asPowertoolsDoes(value.cause),
  };
  for (const key in value) copy[key] = asPowertoolsDoes((value as unknown as Record<string, unknown>)[key]);
  return copy;
}

function cloned(value: unknown): string {
  try {
    return serialize(value).toString('latin1');
  } catch {
    // Functions can't be cloned.
    return '';
  }
}

/** The texts and bytes of all own properties, hidden ones and symbols too, as deep as they go. */
function ownTexts(value: unknown, seen = new Set<unknown>()): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('latin1')];
  if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) return [];
  seen.add(value);
  const inside = value instanceof Map || value instanceof Set ? [...value.entries()].flat() : [];
  const own = Reflect.ownKeys(value).map((key) => Reflect.getOwnPropertyDescriptor(value, key)?.value);
  return [...own, ...inside].flatMap((each) => ownTexts(each, seen));
}
