import { conditionOf } from './conditions.ts';
import { readable } from './readable.ts';
import type { Template } from './template.ts';

/** One action that somebody may do, or is refused. */
export interface Grant {
  readonly who: string;
  readonly verb: 'may' | 'may not';
  readonly action: string;
  readonly on: string;
  /** Empty where there is no condition. */
  readonly when: string;
}

interface Statement {
  readonly Effect?: string;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Condition?: unknown;
}

/** What a policy lets somebody do, as it says to what. */
export function grantsTo(template: Template, who: string, document: unknown): readonly Grant[] {
  return statementsOf(document).flatMap((statement) => {
    const { Resource, NotResource } = statement;
    const on = NotResource === undefined ? list(Resource).map((each) => readable(template, each)) : [allBut(template, NotResource)];
    return on.flatMap((each) => grantsOf(template, statement, who, each));
  });
}

/** What a resource's policy lets people do with it, as it says whom. */
export function grantsOn(template: Template, resource: string, document: unknown): readonly Grant[] {
  return statementsOf(document).flatMap((statement) =>
    whoIn(template, statement).flatMap((who) => grantsOf(template, statement, who, resource)),
  );
}

/** `*` is everybody, with an account or without one. */
export function principal(template: Template, value: unknown): string {
  return value === '*' ? 'everybody' : readable(template, value);
}

export function list(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value].flat();
}

function grantsOf(template: Template, { Effect, Action, NotAction, Condition }: Statement, who: string, on: string): readonly Grant[] {
  const actions = NotAction === undefined ? list(Action).map(String) : [`everything but ${list(NotAction).join(', ')}`];
  const verb = Effect === 'Deny' ? 'may not' : 'may';
  const when = conditionOf(template, Condition);
  return actions.map((action) => ({ who, verb, action, on, when }));
}

function whoIn(template: Template, { Principal, NotPrincipal }: Statement): readonly string[] {
  if (NotPrincipal === undefined) return principals(Principal).map((each) => principal(template, each));
  return [
    `everybody but ${principals(NotPrincipal)
      .map((each) => readable(template, each))
      .join(', ')}`,
  ];
}

function principals(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flat() : [value];
}

function allBut(template: Template, value: unknown): string {
  return `everything but ${readable(template, list(value))}`;
}

function statementsOf(document: unknown): readonly Statement[] {
  return list((document as { readonly Statement?: unknown } | undefined)?.Statement) as readonly Statement[];
}
