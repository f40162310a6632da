import type { Change, Comparison } from './compare.ts';

/** The comparison as people read it; one sentence where nothing differs. */
export function render(comparisons: readonly Comparison[]): string {
  const parts = comparisons.flatMap(({ stack, sections }) => {
    const lines = Object.entries(sections).flatMap(([title, changes]) => section(title, changes));
    return lines.length === 0 ? [] : [[stack, ...lines].join('\n')];
  });
  return parts.length === 0 ? 'No grant, no way in, no schedule and no mode changes.' : parts.join('\n\n');
}

function section(title: string, changes: readonly Change[]): readonly string[] {
  return changes.length === 0 ? [] : [`  ${title}`, ...changes.map(({ sign, text }) => `  ${sign} ${text}`)];
}
