import { readAssembly } from '../assembly.ts';
import type { Deployed, DeployedStack, DeployOptions } from '../aws.ts';
import type { Site } from '../resources/resource-type.ts';
import { checkTemplate } from './check-template.ts';
import { deleteStack, deployStack } from './deploy-stack.ts';
import type { Remaining, StackBook, StackRecord } from './stack-record.ts';

/** All stacks of an assembly, those that others need first; none before all have been looked through. @throws Error in one sentence */
export async function deployAssembly(folder: string, site: Site, book: StackBook, now: number, options: DeployOptions): Promise<Deployed> {
  const { stacks: only, parameters: given = {} } = options;
  const assembled = (await readAssembly(folder)).filter(({ name }) => only === undefined || only.includes(name));
  const former = book.remains.length;
  for (const stack of assembled) checkTemplate(stack, site, book.stacks.get(stack.name), given);
  for (const stack of assembled) await deployStack(stack, site, book, now, given);
  const resources = [...book.stacks.values()].reduce((sum, stack) => sum + stack.resources.size, 0);
  const stacks = Object.fromEntries([...book.stacks].map(([name, stack]) => [name, summaryOf(stack)]));
  return { resources, stacks, remains: book.remains.slice(former) };
}

/**
 * Those that others need last.
 * @param only names; all stacks if left out
 * @throws Error at the first that is protected; those before it are gone
 */
export async function destroyStacks(site: Site, book: StackBook, only?: readonly string[]): Promise<readonly Remaining[]> {
  const former = book.remains.length;
  const stacks = [...book.stacks.values()].filter(({ name }) => only === undefined || only.includes(name));
  for (const stack of stacks.reverse()) await deleteStack(stack, site, book);
  return book.remains.slice(former);
}

export function summaryOf({ outputs, resources }: StackRecord): DeployedStack {
  return {
    outputs: Object.fromEntries(outputs.map(({ name, value }) => [name, value])),
    resources: Object.fromEntries([...resources].map(([logicalId, { ref }]) => [logicalId, ref])),
  };
}
