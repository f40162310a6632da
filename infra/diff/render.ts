import type { Change, Comparison } from './compare.ts';

/** The comparison as people read it; one sentence where nothing differs. */
export function render(comparisons: readonly Comparison[]): string {
  const parts = comparisons.flatMap(({ stack, grants, schedules }) => {
    if (grants.length + schedules.length === 0) return [];
    return [[stack, ...section('Who may do what', grants), ...section('What starts by itself', schedules)].join('\n')];
  });
  return parts.length === 0 ? 'No grant and no schedule changes.' : parts.join('\n\n');
}

function section(title: string, changes: readonly Change[]): readonly string[] {
  return changes.length === 0 ? [] : [`  ${title}`, ...changes.map(({ sign, text }) => `  ${sign} ${text}`)];
}
