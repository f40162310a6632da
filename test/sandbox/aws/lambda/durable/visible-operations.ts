import type { DurableExecution } from './durable-execution.ts';
import { isClosed, type Operation } from './operation.ts';

/** What a later invocation gets to see: the children of a finished context are gone, unless it asked to keep them. */
export function visibleOperations({ operations }: DurableExecution): readonly Operation[] {
  const pruned = new Set<string>();
  return [...operations.values()].filter((operation) => {
    const parent = operations.get(operation.ParentId ?? '');
    if (parent?.Type !== 'CONTEXT' || !isClosed(parent)) return true;
    const isGone = parent.ContextDetails?.ReplayChildren !== true || pruned.has(parent.Id);
    if (isGone) pruned.add(operation.Id);
    return !isGone;
  });
}
