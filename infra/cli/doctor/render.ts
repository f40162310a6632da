import type { Paint } from '../output.ts';
import type { Check, Outcome } from './check.ts';

const marks = { works: '✔', refused: '✘', unneeded: '–', unknown: '?' } as const;
const colours = { works: 'green', refused: 'red', unneeded: 'dim', unknown: 'yellow' } as const satisfies Record<Outcome, unknown>;

/** Longer names push their own line out, not all of them. */
const widest = 48;

/** A section of checks, each refusal followed by what to do, most likely cause first. */
export function renderChecks(title: string, checks: readonly Check[], paint: Paint): string {
  const width = Math.min(widest, Math.max(0, ...checks.map(({ check }) => check.length)));
  const lines = checks.flatMap(({ check, outcome, said, causes }) => {
    const note = outcome === 'unneeded' ? ' (nothing that is deployed needs it)' : '';
    const advice = outcome === 'refused' ? causes.flatMap((cause, index) => adviceLines(cause, index, paint)) : [];
    return [`  ${paint(colours[outcome], marks[outcome])} ${check.padEnd(width)}  ${said}${note}`, ...advice];
  });
  return [paint('bold', title), ...lines].join('\n');
}

function adviceLines({ cause, setting, nextStep }: Check['causes'][number], index: number, paint: Paint): readonly string[] {
  const lead = index === 0 ? 'likely:' : 'or:';
  return [`      ${lead.padEnd(8)}${cause}`, `      ${''.padEnd(8)}${paint('cyan', setting)}`, `      ${''.padEnd(8)}${nextStep}`];
}
