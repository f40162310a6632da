import type { DurableExecution } from './durable-execution.ts';
import { isClosed, type Operation } from './operation.ts';

/** What a later invocation gets to see: the children of a finished context are gone, unless it asked to keep them. */
function visibleOperations({ operations }: DurableExecution): readonly Operation[] {
  const pruned = new Set<string>();
  return [...operations.values()].filter((operation) => {
    const parent = operations.get(operation.ParentId ?? '');
    if (parent?.Type !== 'CONTEXT' || !isClosed(parent)) return true;
    const isGone = parent.ContextDetails?.ReplayChildren !== true || pruned.has(parent.Id);
    if (isGone) pruned.add(operation.Id);
    return !isGone;
  });
}

export interface Page {
  readonly operations: readonly Operation[];
  readonly nextMarker: string | undefined;
}

export function pageOfOperations(execution: DurableExecution, marker: string, size: number): Page {
  const all = visibleOperations(execution);
  const from = Number(marker);
  const to = from + size;
  return { operations: all.slice(from, to), nextMarker: to < all.length ? String(to) : undefined };
}
