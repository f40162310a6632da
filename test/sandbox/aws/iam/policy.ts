import { checkConditions, type Judgement, judgeConditions, type RequestContext } from './condition.ts';
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

/** What a policy hangs on: it decides whether statements must, may or may not name principals and resources. */
type PolicyKind = 'identity' | 'resource' | 'trust';

type Elements = Readonly<Record<string, unknown>>;

const documentElements = new Set(['Version', 'Id', 'Statement']);
const known = new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition', 'Principal']);

/**
 * A role's own policy, its intrinsics resolved.
 * @throws Error naming `where` when IAM would refuse the document, or when it says something that the sandbox would have to ignore
 */
export function parseIdentityPolicy(document: unknown, where: string): readonly Statement[] {
  return parsePolicy(document, where, 'identity');
}

/** The policy of a bucket, key, secret, queue, topic or function. @throws Error as above */
export function parseResourcePolicy(document: unknown, where: string): readonly Statement[] {
  return parsePolicy(document, where, 'resource');
}

/** Who may take a role on. @throws Error as above */
export function parseTrustPolicy(document: unknown, where: string): readonly Statement[] {
  return parsePolicy(document, where, 'trust');
}

function parsePolicy(document: unknown, where: string, kind: PolicyKind): readonly Statement[] {
  if (!isElements(document)) throw new Error(`${where}: a policy document must be an object.`);
  const statements = document.Statement;
  if (statements === undefined) throw new Error(`${where}: a policy document without statements.`);
  const foreign = Object.keys(document).find((key) => !documentElements.has(key));
  if (foreign !== undefined) throw new Error(`${where}: the sandbox does not know the policy element ${foreign}.`);
  return [statements].flat().map((statement) => parseStatement(statement, where, kind));
}

function parseStatement(statement: unknown, where: string, kind: PolicyKind): Statement {
  if (!isElements(statement)) throw new Error(`${where}: a policy statement must be an object.`);
  const foreign = Object.keys(statement).find((key) => !known.has(key));
  if (foreign !== undefined) throw new Error(`${where}: the sandbox does not know the policy element ${foreign}.`);
  const { Effect, Condition } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new Error(`${where}: a policy statement's Effect must be Allow or Deny.`);
  const actions = either(statement, 'Action', where);
  const resources = either(statement, 'Resource', where);
  if (actions === undefined) throw new Error(`${where}: a policy statement needs an Action or a NotAction.`);
  if (kind === 'identity' && resources === undefined)
    throw new Error(`${where}: a role's policy statement needs a Resource or a NotResource.`);
  if (kind === 'trust' && resources !== undefined) throw new Error(`${where}: a trust policy's statement takes no Resource.`);
  checkConditions(Condition, where);
  const values = [...actions.texts, ...(resources?.texts ?? []), ...conditionValues(Condition)];
  const variable = values.find((text) => text.includes('${'));
  if (variable !== undefined) throw new Error(`${where}: the sandbox does not know the policy variable in ${variable}.`);
  return {
    effect: Effect,
    actions: actions.texts,
    notActions: actions.isNegated,
    resources: resources?.texts ?? ['*'],
    notResources: resources?.isNegated ?? false,
    conditions: (Condition ?? {}) as Elements,
    ...principalsOf(statement, where, kind),
  };
}

/** `Action` or `NotAction`, `Resource` or `NotResource`: never both. */
function either(
  statement: Elements,
  name: string,
  where: string,
): { readonly texts: readonly string[]; readonly isNegated: boolean } | undefined {
  const [plain, negated] = [statement[name], statement[`Not${name}`]];
  if (plain !== undefined && negated !== undefined) throw new Error(`${where}: a policy statement takes ${name} or Not${name}, not both.`);
  if (plain === undefined && negated === undefined) return undefined;
  const isNegated = plain === undefined;
  return { texts: texts(plain ?? negated, isNegated ? `Not${name}` : name, where), isNegated };
}

function principalsOf({ Principal }: Elements, where: string, kind: PolicyKind): Pick<Statement, 'principals'> {
  if (kind === 'identity') {
    if (Principal !== undefined) throw new Error(`${where}: a role's policy statement takes no Principal.`);
    return {};
  }
  if (Principal === '*') return { principals: { aws: ['*'], services: [] } };
  if (!isElements(Principal) || Object.keys(Principal).length === 0)
    throw new Error(`${where}: a policy statement here needs a Principal.`);
  const { AWS, Service, ...others } = Principal;
  const [other] = Object.keys(others);
  if (other !== undefined) throw new Error(`${where}: the sandbox does not know the principal type ${other}.`);
  const named = (value: unknown) => (value === undefined ? [] : texts(value, 'Principal', where));
  // AWS takes the bare number of an account for the account.
  const aws = named(AWS).map((name) => (/^\d{12}$/.test(name) ? `arn:aws:iam::${name}:root` : name));
  return { principals: { aws, services: named(Service) } };
}

function conditionValues(condition: unknown): readonly string[] {
  return Object.values((condition ?? {}) as Record<string, object>).flatMap((keys) =>
    Object.values(keys).flatMap((values) => [values].flat().map(String)),
  );
}

function texts(value: unknown, element: string, where: string): readonly string[] {
  const list = [value].flat();
  const areTexts = list.length > 0 && list.every((each) => typeof each === 'string' && each !== '');
  if (!areTexts) throw new Error(`${where}: a policy statement's ${element} must be one text or several.`);
  return list as readonly string[];
}

function isElements(value: unknown): value is Elements {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a statement speaks about this action on this resource, and its conditions hold. Actions compare without case, resources with it. */
export function applies(statement: Statement, action: string, resource: string, context: RequestContext): Judgement {
  const namesAction = statement.actions.some((pattern) => wildcard(pattern, 'i').test(action));
  const namesResource = statement.resources.some((pattern) => wildcard(pattern).test(resource));
  if (namesAction === statement.notActions || namesResource === statement.notResources) return { holds: false };
  return judgeConditions(statement.conditions, context);
}
