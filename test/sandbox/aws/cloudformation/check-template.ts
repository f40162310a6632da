import type { AssembledStack } from '../assembly.ts';
import { Properties } from '../resources/properties.ts';
import type { Site } from '../resources/resource-type.ts';
import { resourceTypeOf } from '../resources/resource-types.ts';
import { checkIntrinsics, references } from '../template.ts';
import { creationOrder } from './creation-order.ts';
import { type GivenParameters, parameterValues } from './parameters.ts';
import { at, pseudoParameters, scopeOf } from './scope.ts';
import type { StackRecord } from './stack-record.ts';

/**
 * Finds what can be found before anything is touched.
 * @throws Error with one sentence that names stack, logical id and type, for whatever the sandbox does not know
 */
export function checkTemplate(stack: AssembledStack, site: Site, existing: StackRecord | undefined, given: GivenParameters): void {
  const { Resources = {}, Parameters = {}, Outputs = {}, Conditions = {} } = stack.template;
  for (const [name, condition] of Object.entries(Conditions)) at(`${stack.name}/${name} (condition)`, () => checkIntrinsics(condition));
  for (const [logicalId, { Type, Properties }] of Object.entries(Resources)) {
    at(`${stack.name}/${logicalId} (${Type})`, () => checkIntrinsics(Properties));
  }
  at(stack.name, () => creationOrder(Resources));
  const nothing = {
    site,
    stacks: new Map(),
    created: new Map(),
    parameters: parameterValues(stack, existing, given),
    imports: new Set<string>(),
  };
  const scope = scopeOf(stack, nothing);
  const names = new Set([...pseudoParameters(stack.name, site).keys(), ...Object.keys(Parameters), ...Object.keys(Resources)]);
  const check = (value: unknown) => {
    const unknown = references(value).find((name) => !names.has(name));
    if (unknown !== undefined) throw new Error(`${unknown} is not deployed`);
  };
  for (const [logicalId, resource] of Object.entries(Resources)) {
    const where = `${stack.name}/${logicalId} (${resource.Type})`;
    if (resource.Condition !== undefined && !at(where, () => scope.condition(resource.Condition ?? ''))) continue;
    const type = resourceTypeOf(resource.Type);
    if (type === undefined) throw new Error(`${where}: the sandbox does not know this type of resource.`);
    if (type.properties !== undefined) new Properties(where, resource.Properties ?? {}).allow(type.properties);
    at(where, () => check(resource.Properties));
    const missing = [resource.DependsOn ?? []].flat().find((name) => !Object.hasOwn(Resources, name));
    if (missing !== undefined) throw new Error(`${where}: it depends on ${missing}, which is not in the template.`);
    const former = existing?.resources.get(logicalId)?.type ?? resource.Type;
    if (former !== resource.Type) throw new Error(`${where}: an update cannot change the type of a resource, which was ${former}.`);
  }
  for (const [name, { Value, Export }] of Object.entries(Outputs)) {
    at(`${stack.name}/${name} (output)`, () => {
      checkIntrinsics([Value, Export?.Name]);
      check([Value, Export?.Name]);
    });
  }
}
