import { type Judgement, judgeConditions, type RequestContext } from './condition.ts';
import { wildcard } from './wildcard.ts';

export interface Principals {
  readonly aws: readonly string[];
  readonly services: readonly string[];
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly notActions: boolean;
  readonly resources: readonly string[];
  readonly notResources: boolean;
  readonly conditions: Readonly<Record<string, unknown>>;
  /** Only in resource and trust policies. */
  readonly principals?: Principals;
}

const documentElements = new Set(['Version', 'Id', 'Statement']);
const known = new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition', 'Principal']);

/**
 * Reads a policy document whose intrinsics are resolved.
 * @throws Error naming `where` when the document says something that the sandbox would have to ignore.
 */
export function parsePolicy(document: unknown, where: string): readonly Statement[] {
  const statements = (document as { Statement?: unknown } | undefined)?.Statement;
  if (statements === undefined) throw new Error(`${where}: a policy document without statements.`);
  const foreign = Object.keys(document as object).find((key) => !documentElements.has(key));
  if (foreign !== undefined) throw new Error(`${where}: the sandbox does not know the policy element ${foreign}.`);
  return [statements].flat().map((statement) => parseStatement(statement as Record<string, unknown>, where));
}

function parseStatement(statement: Readonly<Record<string, unknown>>, where: string): Statement {
  const foreign = Object.keys(statement).find((key) => !known.has(key));
  if (foreign !== undefined) throw new Error(`${where}: the sandbox does not know the policy element ${foreign}.`);
  const { Effect, Action, NotAction, Resource, NotResource, Condition, Principal } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new Error(`${where}: a policy statement's Effect must be Allow or Deny.`);
  const actions = texts(Action ?? NotAction);
  const resources = texts(Resource ?? NotResource ?? '*');
  const variable = [...actions, ...resources, ...conditionValues(Condition)].find((text) => text.includes('${'));
  if (variable !== undefined) throw new Error(`${where}: the sandbox does not know the policy variable in ${variable}.`);
  return {
    effect: Effect,
    actions,
    notActions: Action === undefined,
    resources,
    notResources: Resource === undefined && NotResource !== undefined,
    conditions: (Condition ?? {}) as Record<string, unknown>,
    ...(Principal === undefined ? {} : { principals: parsePrincipals(Principal, where) }),
  };
}

function parsePrincipals(principal: unknown, where: string): Principals {
  if (principal === '*') return { aws: ['*'], services: [] };
  const { AWS, Service, ...others } = principal as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other !== undefined) throw new Error(`${where}: the sandbox does not know the principal type ${other}.`);
  return { aws: texts(AWS ?? []), services: texts(Service ?? []) };
}

function conditionValues(condition: unknown): readonly string[] {
  return Object.values((condition ?? {}) as Record<string, object>).flatMap((keys) => Object.values(keys).flatMap(texts));
}

function texts(value: unknown): readonly string[] {
  return [value].flat().map(String);
}

/** Whether a statement speaks about this action on this resource, and its conditions hold. Actions compare without case, resources with it. */
export function applies(statement: Statement, action: string, resource: string, context: RequestContext): Judgement {
  const namesAction = statement.actions.some((pattern) => wildcard(pattern, 'i').test(action));
  const namesResource = statement.resources.some((pattern) => wildcard(pattern).test(resource));
  if (namesAction === statement.notActions || namesResource === statement.notResources) return { holds: false };
  return judgeConditions(statement.conditions, context);
}
