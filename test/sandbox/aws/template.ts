import { checkIntrinsic } from './intrinsic-shape.ts';

/** What an intrinsic can reach while a stack is deployed. Each throws when there is no such thing. */
export interface Scope {
  ref(name: string): string | undefined;
  attribute(logicalId: string, name: string): string;
  condition(name: string): boolean;
  imported(exportName: string): string;
  stackOutput(stackName: string, outputName: string, region: string | undefined): string;
  mapping(map: string, key: string, name: string): unknown;
}

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => scope.ref(String(name)),
  'Fn::GetAtt': (target, scope) => {
    const [logicalId = '', ...name] = typeof target === 'string' ? target.split('.') : (resolve(target, scope) as string[]);
    return scope.attribute(logicalId, name.join('.'));
  },
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = resolve(argument, scope) as [string, unknown];
    return list(parts, 'Fn::Join')
      .map((part) => text(part, 'Fn::Join'))
      .join(separator);
  },
  'Fn::Sub': (argument, scope) => substitute(argument, scope),
  'Fn::Select': (argument, scope) => {
    const [index, from] = resolve(argument, scope) as [string | number, unknown];
    const selected = list(from, 'Fn::Select')[Number(index)];
    if (selected === undefined) throw new Error(`Fn::Select finds nothing at ${index}`);
    return selected;
  },
  'Fn::Split': (argument, scope) => {
    const [separator, joined] = resolve(argument, scope) as [string, unknown];
    return text(joined, 'Fn::Split').split(separator);
  },
  'Fn::Base64': (argument, scope) => Buffer.from(text(resolve(argument, scope), 'Fn::Base64')).toString('base64'),
  'Fn::FindInMap': (argument, scope) => {
    const [map, key, name] = resolve(argument, scope) as readonly unknown[];
    if (typeof map !== 'string' || typeof key !== 'string' || typeof name !== 'string') throw new Error('Fn::FindInMap needs three texts');
    return scope.mapping(map, key, name);
  },
  'Fn::ImportValue': (argument, scope) => scope.imported(text(resolve(argument, scope), 'Fn::ImportValue')),
  // What the CDK writes for references between stacks that do not lock each other.
  'Fn::GetStackOutput': (argument, scope) => {
    const { StackName, OutputName, Region } = resolve(argument, scope) as { StackName: string; OutputName: string; Region?: string };
    return scope.stackOutput(StackName, OutputName, Region);
  },
  'Fn::If': (argument, scope) => {
    const [condition, whenTrue, whenFalse] = argument as [string, unknown, unknown];
    return resolve(scope.condition(condition) ? whenTrue : whenFalse, scope);
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = resolve(argument, scope) as [unknown, unknown];
    return String(left) === String(right);
  },
  'Fn::And': (argument, scope) => (argument as unknown[]).every((each) => holds(each, scope)),
  'Fn::Or': (argument, scope) => (argument as unknown[]).some((each) => holds(each, scope)),
  'Fn::Not': (argument, scope) => !(argument as unknown[]).some((each) => holds(each, scope)),
};

/**
 * A template value with its intrinsics resolved; what resolves to AWS::NoValue (`undefined`) disappears from its list or object.
 * @throws Error for an intrinsic or a dynamic reference that the sandbox does not know.
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string' && value.includes('{{resolve:')) throw new Error(`the sandbox does not know dynamic references (${value})`);
  if (Array.isArray(value)) return value.map((each) => resolve(each, scope)).filter((each) => each !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const [name, argument] = intrinsic(value) ?? [];
  if (name !== undefined) {
    const evaluate = intrinsics[name];
    if (evaluate === undefined) throw new Error(`the sandbox does not know the intrinsic ${name}`);
    return evaluate(argument, scope);
  }
  const entries = Object.entries(value).map(([key, each]) => [key, resolve(each, scope)] as const);
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
}

/** @throws Error for an intrinsic or a dynamic reference that the sandbox does not know, or that is not well formed, wherever it stands. */
export function checkIntrinsics(value: unknown): void {
  if (typeof value === 'string' && value.includes('{{resolve:')) throw new Error(`the sandbox does not know dynamic references (${value})`);
  if (typeof value !== 'object' || value === null) return;
  const [name] = (Array.isArray(value) ? undefined : intrinsic(value)) ?? [];
  if (name !== undefined) checkIntrinsic(name, (value as Readonly<Record<string, unknown>>)[name]);
  for (const each of Object.values(value)) checkIntrinsics(each);
}

/** A condition of the Conditions section, or one inside Fn::And, Fn::Or, Fn::Not. */
export function holds(condition: unknown, scope: Scope): boolean {
  const name = (condition as { readonly Condition?: unknown } | null)?.Condition;
  if (name === undefined) return resolve(condition, scope) === true;
  if (typeof name !== 'string') throw new Error('Condition needs the name of one');
  return scope.condition(name);
}

/** Logical ids and parameters that a value speaks of. */
export function references(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const [name, argument] = intrinsic(value) ?? [];
  if (name === 'Ref') return [String(argument)];
  if (name === 'Fn::GetAtt') return [String(Array.isArray(argument) ? argument[0] : String(argument).split('.')[0])];
  if (name === 'Fn::Sub') {
    const [text, variables = {}] = [argument].flat() as [string, object?];
    const names = placeholders(text).filter((placeholder) => !Object.hasOwn(variables, placeholder));
    return [...names.map((name) => name.split('.')[0] ?? ''), ...references(variables)];
  }
  return Object.values(value).flatMap(references);
}

/** Numbers and flags are texts to CloudFormation. */
function text(value: unknown, name: string): string {
  if (typeof value === 'object' || value === undefined) throw new Error(`${name} needs a text`);
  return String(value);
}

function list(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${name} needs a list`);
  return value;
}

function intrinsic(value: object): readonly [string, unknown] | undefined {
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return undefined;
  return entry[0] === 'Ref' || entry[0].startsWith('Fn::') ? entry : undefined;
}

function substitute(argument: unknown, scope: Scope): string {
  const [pattern, variables = {}] = [argument].flat() as [string, Record<string, unknown>?];
  const replaced = pattern.replace(/\$\{([^!}][^}]*)\}/g, (_, name: string) => {
    if (Object.hasOwn(variables, name)) return text(resolve(variables[name], scope), 'Fn::Sub');
    const [logicalId = '', ...attribute] = name.split('.');
    return String(attribute.length === 0 ? scope.ref(logicalId) : scope.attribute(logicalId, attribute.join('.')));
  });
  return replaced.replaceAll('${!', '${');
}

function placeholders(text: string): readonly string[] {
  return [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name = '']) => name);
}
