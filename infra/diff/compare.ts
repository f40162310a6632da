import { type Grant, grantsOf } from './grants.ts';
import { schedulesOf } from './schedules.ts';
import type { Template } from './template.ts';

/** One line for a reviewer: what comes, goes or changes. */
export interface Change {
  readonly sign: '+' | '-' | '~';
  readonly text: string;
}

export interface Comparison {
  readonly stack: string;
  readonly grants: readonly Change[];
  readonly schedules: readonly Change[];
}

/** What of grants and schedules differs between two templates of a stack; an absent one has none. */
export function compare(stack: string, before: Template | undefined, after: Template | undefined): Comparison {
  return { stack, grants: compareGrants(before ?? {}, after ?? {}), schedules: compareSchedules(before ?? {}, after ?? {}) };
}

function compareGrants(before: Template, after: Template): readonly Change[] {
  const [old, next] = [byKey(grantsOf(before)), byKey(grantsOf(after))];
  const added = [...next].flatMap(([key, grant]) => (old.has(key) ? [] : [grant]));
  const gone = [...old].flatMap(([key, grant]) => (next.has(key) ? [] : [grant]));
  return [...sentences('+', added), ...sentences('-', gone)].toSorted((one, other) => order(one).localeCompare(order(other)));
}

function byKey(grants: readonly Grant[]): ReadonlyMap<string, Grant> {
  return new Map(grants.map((grant) => [JSON.stringify([grant.who, grant.verb, grant.action, grant.on, grant.when]), grant]));
}

/** Actions on one resource become one sentence. */
function sentences(sign: Change['sign'], grants: readonly Grant[]): readonly Change[] {
  const groups = Map.groupBy(grants, ({ who, verb, on, when }) => JSON.stringify([who, verb, on, when]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const actions = group.map(({ action }) => action).toSorted();
    return [{ sign, text: `${first.who} ${first.verb} ${actions.join(', ')} on ${first.on}${first.when && ` when ${first.when}`}` }];
  });
}

function compareSchedules(before: Template, after: Template): readonly Change[] {
  const [old, next] = [before, after].map((template) => new Map(schedulesOf(template).map(({ name, when }) => [name, when])));
  const names = [...new Set([...(old?.keys() ?? []), ...(next?.keys() ?? [])])].toSorted();
  return names.flatMap((name): readonly Change[] => {
    const [was, is] = [old?.get(name), next?.get(name)];
    if (was === is) return [];
    if (was === undefined) return [{ sign: '+', text: `${name}: ${is}` }];
    if (is === undefined) return [{ sign: '-', text: `${name}: ${was}` }];
    return [{ sign: '~', text: `${name}: ${was} → ${is}` }];
  });
}

/** What came and what went of one owner stand together. */
function order({ sign, text }: Change): string {
  return `${text}${sign}`;
}
