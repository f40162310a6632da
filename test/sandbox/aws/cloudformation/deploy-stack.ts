import type { AssembledStack } from '../assembly.ts';
import type { Site } from '../resources/resource-type.ts';
import { resolve, type Scope } from '../template.ts';
import { creationOrder } from './creation-order.ts';
import { type GivenParameters, parameterValues } from './parameters.ts';
import { at, scopeOf, stackId } from './scope.ts';
import { deleteResource, StackChange } from './stack-change.ts';
import type { StackBook, StackOutput, StackRecord } from './stack-record.ts';

/**
 * Makes or updates a stack: each resource after those that it speaks of, and deletions last.
 * @throws Error with one sentence that names stack, logical id and type; the stack is what it was before
 */
export async function deployStack(stack: AssembledStack, site: Site, book: StackBook, now: number, given: GivenParameters): Promise<void> {
  const former = book.stacks.get(stack.name);
  const change = new StackChange(stack, site, book, now);
  const imports = new Set<string>();
  const parameters = parameterValues(stack, former, given);
  const scope = scopeOf(stack, { site, stacks: book.stacks, created: change.resources, parameters, imports });
  const { Resources = {} } = stack.template;
  const outputs: StackOutput[] = [];
  try {
    for (const logicalId of creationOrder(Resources)) {
      const resource = Resources[logicalId];
      if (resource === undefined || (resource.Condition !== undefined && !scope.condition(resource.Condition))) continue;
      await change.apply(logicalId, resource, scope);
    }
    outputs.push(...outputsOf(stack, scope));
    keepUsedExports(stack.name, outputs, book);
  } catch (error) {
    await change.rollBack();
    const reason = error instanceof Error ? error.message : String(error);
    if (former !== undefined) book.stacks.set(stack.name, { ...former, status: 'UPDATE_ROLLBACK_COMPLETE', reason, updatedAt: now });
    throw error;
  }
  const { template, assets, name, isProtected } = stack;
  const updated = former === undefined ? {} : { updatedAt: now };
  const status = former === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';
  const times = { createdAt: former?.createdAt ?? now, ...updated };
  book.stacks.set(name, {
    name,
    id: stackId(name, site),
    status,
    ...times,
    template,
    isProtected,
    assets,
    parameters,
    outputs,
    imports,
    resources: change.resources,
  });
  await change.cleanUp();
}

/**
 * Deletes what is not retained, the last made first.
 * @returns whether all of it is gone
 * @throws Error for a stack that is protected, or that another one needs
 */
export async function deleteStack(stack: StackRecord, site: Site, book: StackBook): Promise<boolean> {
  if (stack.isProtected) throw new Error(`The stack ${stack.name} cannot be deleted while its termination protection is on.`);
  keepUsedExports(stack.name, [], book);
  const left = new Map(stack.resources);
  for (const resource of [...stack.resources.values()].reverse()) {
    const isGone = await deleteResource(stack.name, resource, resource.isKept.onDelete, site, book);
    if (isGone) left.delete(resource.logicalId);
    else left.set(resource.logicalId, { ...resource, status: 'DELETE_FAILED' });
  }
  if (left.size === 0) book.stacks.delete(stack.name);
  else book.stacks.set(stack.name, { ...stack, status: 'DELETE_FAILED', resources: left });
  return left.size === 0;
}

function outputsOf(stack: AssembledStack, scope: Scope): readonly StackOutput[] {
  return Object.entries(stack.template.Outputs ?? {}).flatMap(([name, { Value, Export, Condition, Description }]) => {
    const where = `${stack.name}/${name} (output)`;
    if (Condition !== undefined && !at(where, () => scope.condition(Condition))) return [];
    const value = String(at(where, () => resolve(Value, scope)));
    const exported = Export === undefined ? {} : { exportName: String(at(where, () => resolve(Export.Name, scope))) };
    return [{ name, value, ...exported, ...(Description === undefined ? {} : { description: Description }) }];
  });
}

/** @throws Error when an export that another stack uses would go or change, as CloudFormation refuses */
function keepUsedExports(stackName: string, outputs: readonly StackOutput[], { stacks }: StackBook): void {
  for (const { exportName, value } of stacks.get(stackName)?.outputs ?? []) {
    const user = [...stacks.values()].find(({ imports }) => exportName !== undefined && imports.has(exportName));
    if (user === undefined || outputs.some((output) => output.exportName === exportName && output.value === value)) continue;
    throw new Error(`Export ${exportName} cannot be deleted or changed as it is in use by ${user.name}.`);
  }
}
