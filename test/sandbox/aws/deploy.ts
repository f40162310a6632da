import { createHash } from 'node:crypto';
import type { AssembledStack, TemplateResource } from './assembly.ts';
import { Properties } from './resources/properties.ts';
import type { Created, Site } from './resources/resource-type.ts';
import { resourceTypes } from './resources/resource-types.ts';
import { holds, references, resolve, type Scope } from './template.ts';

export interface DeployedStack {
  readonly outputs: Readonly<Record<string, string>>;
  /** Logical ids to physical ids (what `Ref` gives). */
  readonly resources: Readonly<Record<string, string>>;
}

/** What earlier stacks have to offer later ones. */
export interface Published {
  readonly exports: Map<string, string>;
  readonly stacks: Record<string, DeployedStack>;
}

/**
 * Makes the resources of one stack, each after those that it speaks of.
 * @param published this stack and its exports are added
 * @throws Error with one sentence that names stack, logical id and type, for whatever the sandbox does not know
 */
export async function deployStack(stack: AssembledStack, site: Site, published: Published): Promise<void> {
  const created = new Map<string, Created>();
  const scope = scopeOf(stack, site, created, published);
  const resources = stack.template.Resources ?? {};
  for (const logicalId of inOrder(resources)) {
    const resource = resources[logicalId];
    if (resource === undefined || (resource.Condition !== undefined && !scope.condition(resource.Condition))) continue;
    created.set(logicalId, await make(stack, logicalId, resource, scope, site));
  }
  const outputs: Record<string, string> = {};
  for (const [name, { Value, Export, Condition }] of Object.entries(stack.template.Outputs ?? {})) {
    if (Condition !== undefined && !scope.condition(Condition)) continue;
    outputs[name] = String(named(`${stack.name}/${name} (output)`, () => resolve(Value, scope)));
    if (Export !== undefined) published.exports.set(String(resolve(Export.Name, scope)), outputs[name]);
  }
  const resourceIds = Object.fromEntries([...created].map(([logicalId, { ref }]) => [logicalId, ref]));
  published.stacks[stack.name] = { outputs, resources: resourceIds };
}

async function make(stack: AssembledStack, logicalId: string, resource: TemplateResource, scope: Scope, site: Site): Promise<Created> {
  const where = `${stack.name}/${logicalId} (${resource.Type})`;
  const type = resourceTypes[resource.Type];
  if (type === undefined) throw new Error(`${where}: the sandbox does not know this type of resource.`);
  const values = named(where, () => resolve(resource.Properties ?? {}, scope)) as Record<string, unknown>;
  const properties = new Properties(where, values);
  if (type.properties !== undefined) properties.allow(type.properties);
  const physicalName = (maximum: number) => generatedName(stack.name, logicalId, maximum);
  return type.create({ logicalId, properties, assets: stack.assets, physicalName }, site);
}

/** As CloudFormation's: unpredictable to a reader, the same at each deployment of the same template. */
function generatedName(stackName: string, logicalId: string, maximum: number): string {
  const suffix = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex').slice(0, 12).toUpperCase();
  const room = maximum - suffix.length - 2;
  const stackPart = stackName.slice(0, Math.max(Math.floor(room / 2), room - logicalId.length));
  return `${stackPart}-${logicalId.slice(0, room - stackPart.length)}-${suffix}`;
}

function scopeOf(stack: AssembledStack, site: Site, created: ReadonlyMap<string, Created>, published: Published): Scope {
  const { Parameters = {}, Conditions = {}, Mappings = {} } = stack.template;
  const pseudo = new Map<string, string | undefined>([
    ['AWS::AccountId', site.accountId],
    ['AWS::NoValue', undefined],
    ['AWS::Partition', 'aws'],
    ['AWS::Region', site.region],
    ['AWS::StackId', `arn:aws:cloudformation:${site.region}:${site.accountId}:stack/${stack.name}/sandbox`],
    ['AWS::StackName', stack.name],
    ['AWS::URLSuffix', 'amazonaws.com'],
  ]);
  const scope: Scope = {
    ref: (name) => {
      if (pseudo.has(name)) return pseudo.get(name);
      const parameter = Parameters[name];
      if (parameter !== undefined) return parameterValue(name, parameter);
      return found(created.get(name)?.ref, `${name} is not deployed`);
    },
    attribute: (logicalId, name) =>
      found(created.get(logicalId)?.attributes?.[name], `the sandbox does not know the attribute ${logicalId}.${name}`),
    condition: (name) => holds(found(Conditions[name], `there is no condition ${name}`), scope),
    imported: (exportName) => found(published.exports.get(exportName), `no stack exports ${exportName}`),
    stackOutput: (stackName, outputName, region = site.region) => {
      if (region !== site.region) throw new Error(`the sandbox has the region ${site.region} only, not ${region}`);
      return found(published.stacks[stackName]?.outputs[outputName], `the stack ${stackName} has no output ${outputName}`);
    },
    mapping: (map, key, name) => found(Mappings[map]?.[key]?.[name], `there is no mapping ${map}.${key}.${name}`),
  };
  return scope;
}

function parameterValue(name: string, parameter: { readonly Type: string; readonly Default?: unknown }): string {
  // Parameters that stand for SSM parameters have the parameter's name as their default; the sandbox has no SSM.
  if (parameter.Type.startsWith('AWS::SSM::') || parameter.Default === undefined) throw new Error(`the parameter ${name} has no value`);
  return String(parameter.Default);
}

function found<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined) throw new Error(otherwise);
  return value;
}

function named<T>(where: string, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  }
}

/** Logical ids, each after what it refers to or depends on. */
function inOrder(resources: Readonly<Record<string, TemplateResource>>): readonly string[] {
  const ordered = new Set<string>();
  const visit = (logicalId: string, path: readonly string[]): void => {
    const resource = resources[logicalId];
    if (resource === undefined || ordered.has(logicalId)) return;
    if (path.includes(logicalId)) throw new Error(`The resources ${path.join(', ')} refer to each other in a circle.`);
    const needed = [...references(resource.Properties), ...[resource.DependsOn ?? []].flat()];
    for (const each of needed) visit(each, [...path, logicalId]);
    ordered.add(logicalId);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId, []);
  return [...ordered];
}
