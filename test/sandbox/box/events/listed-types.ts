import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readDescription } from '../contract/description.ts';
import { isNode } from '../contract/json-schema.ts';

/** Types of events as Box lists them. */
export interface ListedTypes {
  /** By which the enterprise's streams can be filtered. */
  readonly asked: ReadonlySet<string>;
  /** That an event may have, in any stream. */
  readonly told: ReadonlySet<string>;
}

/** By Box's SDK. Read from its declarations, since the types themselves end with `| string` and so let anything pass. */
export const sdkEventTypes: ListedTypes = {
  asked: literals('managers/events', 'GetEventsQueryParamsEventTypeField'),
  told: literals('schemas/event', 'EventEventTypeField'),
};

function literals(module: string, type: string): ReadonlySet<string> {
  const file = fileURLToPath(import.meta.resolve(`box-node-sdk/${module}`)).replace(/\.js$/, '.d.ts');
  const [, union = ''] = new RegExp(`export type ${type} = ([^;]+);`).exec(readFileSync(file, 'utf8')) ?? [];
  return new Set(union.match(/(?<=')\w+(?=')/g));
}

/** By Box's OpenAPI description: what one can filter by. @param path as for `readDescription`. */
export function describedEventTypes(path: string): ReadonlySet<string> {
  const parameters = readDescription(path).operations.find(({ id }) => id === 'get_events')?.parameters ?? [];
  const schema = parameters.find(({ name }) => name === 'event_type')?.schema;
  const items = isNode(schema) && isNode(schema.items) ? schema.items : {};
  return new Set(Array.isArray(items.enum) ? items.enum.map(String) : []);
}
