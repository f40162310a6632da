import type { Fact } from './fact.ts';
import { grantsOf } from './grants.ts';
import { modesOf } from './modes.ts';
import { startsOf } from './starts.ts';
import type { Grant } from './statements.ts';
import type { Template } from './template.ts';
import { waysIn } from './ways-in.ts';

/** One line for a reviewer: what comes, goes or changes. */
export interface Change {
  readonly sign: '+' | '-' | '~';
  readonly text: string;
}

export interface Comparison {
  readonly stack: string;
  /** By title; those in which nothing differs too. */
  readonly sections: Readonly<Record<string, readonly Change[]>>;
}

/** What differs between two templates of a stack; an absent one has nothing. */
export function compare(stack: string, before: Template = {}, after: Template = {}): Comparison {
  const facts = (of: (template: Template) => readonly Fact[]) => compareFacts(of(before), of(after));
  return {
    stack,
    sections: {
      'Who may do what': compareGrants(before, after),
      'What can be reached': facts(waysIn),
      'What starts by itself': facts(startsOf),
      'How far it goes': facts(modesOf),
    },
  };
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

function compareFacts(before: readonly Fact[], after: readonly Fact[]): readonly Change[] {
  const [old, next] = [bySubject(before), bySubject(after)];
  const names = [...new Set([...old.keys(), ...next.keys()])].toSorted();
  return names.flatMap((name): readonly Change[] => {
    const [was, is] = [old.get(name), next.get(name)];
    if (was === is) return [];
    if (was === undefined) return [{ sign: '+', text: `${name}: ${is}` }];
    if (is === undefined) return [{ sign: '-', text: `${name}: ${was}` }];
    return [{ sign: '~', text: `${name}: ${was} → ${is}` }];
  });
}

function bySubject(facts: readonly Fact[]): ReadonlyMap<string, string> {
  return new Map(facts.map(({ name, says }) => [name, says]));
}

/** What came and what went of one owner stand together. */
function order({ sign, text }: Change): string {
  return `${text}${sign}`;
}
