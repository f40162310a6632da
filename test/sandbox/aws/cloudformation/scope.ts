import type { AssembledStack } from '../assembly.ts';
import type { Created, Site } from '../resources/resource-type.ts';
import { holds, type Scope } from '../template.ts';
import type { StackRecord } from './stack-record.ts';

export interface StackSurroundings {
  readonly site: Site;
  readonly stacks: ReadonlyMap<string, StackRecord>;
  /** What the stack has by now, by logical id. */
  readonly created: ReadonlyMap<string, Created>;
  /** By name. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Filled with the names of the exports that are used. */
  readonly imports: Set<string>;
}

export function stackId(name: string, { region, accountId }: Site): string {
  return `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/sandbox`;
}

export function pseudoParameters(name: string, site: Site): ReadonlyMap<string, string | undefined> {
  return new Map([
    ['AWS::AccountId', site.accountId],
    ['AWS::NoValue', undefined],
    ['AWS::Partition', 'aws'],
    ['AWS::Region', site.region],
    ['AWS::StackId', stackId(name, site)],
    ['AWS::StackName', name],
    ['AWS::URLSuffix', 'amazonaws.com'],
  ]);
}

/** What the intrinsics of a stack's template reach. */
export function scopeOf(stack: AssembledStack, { site, stacks, created, parameters, imports }: StackSurroundings): Scope {
  const { Parameters = {}, Conditions = {}, Mappings = {} } = stack.template;
  const pseudo = pseudoParameters(stack.name, site);
  const asking = new Set<string>();
  const scope: Scope = {
    ref: (name) => {
      if (pseudo.has(name)) return pseudo.get(name);
      const parameter = Parameters[name];
      if (parameter !== undefined) return parameterValue(name, parameter.Type, parameters.get(name), site);
      return found(created.get(name)?.ref, `${name} is not deployed`);
    },
    attribute: (logicalId, name) =>
      found(created.get(logicalId)?.attributes?.[name], `the sandbox does not know the attribute ${logicalId}.${name}`),
    condition: (name) => {
      if (asking.has(name)) throw new Error(`the condition ${name} depends on itself`);
      asking.add(name);
      const isMet = holds(found(Conditions[name], `there is no condition ${name}`), scope);
      asking.delete(name);
      return isMet;
    },
    imported: (exportName) => {
      imports.add(exportName);
      const outputs = [...stacks.values()].flatMap((each) => each.outputs);
      return found(outputs.find((output) => output.exportName === exportName)?.value, `no stack exports ${exportName}`);
    },
    stackOutput: (stackName, outputName, region = site.region) => {
      if (region !== site.region) throw new Error(`the sandbox has the region ${site.region} only, not ${region}`);
      const output = stacks.get(stackName)?.outputs.find(({ name }) => name === outputName);
      return found(output?.value, `the stack ${stackName} has no output ${outputName}`);
    },
    mapping: (map, key, name) => found(Mappings[map]?.[key]?.[name], `there is no mapping ${map}.${key}.${name}`),
  };
  return scope;
}

/** The value of a parameter that stands for an SSM parameter is that parameter's name. */
function parameterValue(name: string, type: string, given: string | undefined, { parameters }: Site): string {
  const value = type.startsWith('AWS::SSM::') && given !== undefined ? parameters.get(given) : given;
  if (value === undefined) throw new Error(`the parameter ${name} has no value`);
  return value;
}

function found<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined) throw new Error(otherwise);
  return value;
}

/** As `at`, for what services do; what names its place already is left as it is. */
export async function madeAt<T>(where: string, make: () => Promise<T> | T): Promise<T> {
  try {
    return await make();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (message.startsWith(where)) throw error;
    throw new Error(`${where}: ${message}${message.endsWith('.') ? '' : '.'}`, { cause: error });
  }
}

/** @throws Error that says where it was thrown */
export function at<T>(where: string, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  }
}
