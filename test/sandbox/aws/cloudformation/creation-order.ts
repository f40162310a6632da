import type { TemplateResource } from '../assembly.ts';
import { references } from '../template.ts';

/** Logical ids, each after what it refers to or depends on. @throws Error for resources that need each other */
export function creationOrder(resources: Readonly<Record<string, TemplateResource>>): readonly string[] {
  const ordered = new Set<string>();
  const visit = (logicalId: string, path: readonly string[]): void => {
    const resource = resources[logicalId];
    if (resource === undefined || ordered.has(logicalId)) return;
    if (path.includes(logicalId)) throw new Error(`the resources ${path.join(', ')} refer to each other in a circle`);
    const needed = [...references(resource?.Properties), ...[resource.DependsOn ?? []].flat()];
    for (const each of needed) visit(each, [...path, logicalId]);
    ordered.add(logicalId);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId, []);
  return [...ordered];
}
