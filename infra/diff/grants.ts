import { ownerOf, readable } from './readable.ts';
import { resourcesOf, type Template } from './template.ts';

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
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

type Ask = (template: Template, logicalId: string, properties: Readonly<Record<string, unknown>>) => readonly Grant[];

/** Where a template says who may do what. */
const asks: Readonly<Record<string, Ask>> = {
  'AWS::IAM::Policy': ofIdentity,
  'AWS::IAM::ManagedPolicy': ofIdentity,
  'AWS::IAM::Role': (template, id, { AssumeRolePolicyDocument, Policies, ManagedPolicyArns }) => [
    ...ofResource(template, id, AssumeRolePolicyDocument),
    ...list(Policies).flatMap((policy) => ofIdentity(template, id, policy as Readonly<Record<string, unknown>>)),
    ...list(ManagedPolicyArns).map((arn) => ({
      who: ownerOf(template, id),
      verb: 'may' as const,
      action: `all of ${readable(template, arn)}`,
      on: '*',
      when: '',
    })),
  ],
  'AWS::KMS::Key': (template, id, { KeyPolicy }) => ofResource(template, id, KeyPolicy),
  'AWS::S3::BucketPolicy': (template, id, { PolicyDocument }) => ofResource(template, id, PolicyDocument),
  'AWS::SQS::QueuePolicy': (template, id, { PolicyDocument }) => ofResource(template, id, PolicyDocument),
  'AWS::SNS::TopicPolicy': (template, id, { PolicyDocument }) => ofResource(template, id, PolicyDocument),
  'AWS::SecretsManager::ResourcePolicy': (template, id, { ResourcePolicy }) => ofResource(template, id, ResourcePolicy),
  'AWS::Lambda::Permission': (template, _, { Principal, Action, FunctionName, SourceArn }) => [
    {
      who: readable(template, Principal),
      verb: 'may',
      action: readable(template, Action),
      on: readable(template, FunctionName),
      when: SourceArn === undefined ? '' : `for ${readable(template, SourceArn)}`,
    },
  ],
};

/** Every grant of the template, one action each. */
export function grantsOf(template: Template): readonly Grant[] {
  return resourcesOf(template, ...Object.keys(asks)).flatMap(
    ([id, { Type, Properties = {} }]) => asks[Type]?.(template, id, Properties) ?? [],
  );
}

function ofIdentity(template: Template, id: string, { PolicyDocument }: Readonly<Record<string, unknown>>): readonly Grant[] {
  const who = ownerOf(template, id);
  return statementsOf(PolicyDocument).flatMap((statement) => grants(template, statement, who, list(statement.Resource)));
}

/** A policy on a resource names whom it speaks of. */
function ofResource(template: Template, id: string, document: unknown): readonly Grant[] {
  return statementsOf(document).flatMap((statement) =>
    principals(statement.Principal).flatMap((who) =>
      grants(template, statement, who === '*' ? 'everybody' : readable(template, who), [ownerOf(template, id)]),
    ),
  );
}

function grants(template: Template, statement: Statement, who: string, resources: readonly unknown[]): readonly Grant[] {
  const { Effect, Action, NotAction, Condition } = statement;
  const actions = NotAction === undefined ? list(Action).map(String) : [`everything but ${list(NotAction).join(', ')}`];
  const verb = Effect === 'Deny' ? ('may not' as const) : ('may' as const);
  const when = conditionOf(template, Condition);
  return resources.flatMap((resource) => actions.map((action) => ({ who, verb, action, on: readable(template, resource), when })));
}

/** Operators of conditions; the others speak for themselves. */
const inWords: Readonly<Record<string, string>> = {
  ArnEquals: 'is',
  ArnLike: 'is like',
  ArnNotLike: 'is not like',
  Bool: 'is',
  StringEquals: 'is',
  StringLike: 'is like',
};

function conditionOf(template: Template, condition: unknown): string {
  return Object.entries((condition ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>)
    .flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, value]) => `${key} ${inWords[operator] ?? operator} ${readable(template, value)}`),
    )
    .join(' and ');
}

function statementsOf(document: unknown): readonly Statement[] {
  return list((document as { readonly Statement?: unknown } | undefined)?.Statement) as readonly Statement[];
}

function principals(principal: unknown): readonly unknown[] {
  return typeof principal === 'object' && principal !== null ? Object.values(principal).flat() : [principal];
}

function list(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value].flat();
}
