import type { Attempt } from '../aws/index.ts';
import type { Sandbox } from '../sandbox.ts';

export interface Night {
  readonly job: string;
  readonly attempt: Attempt;
  readonly seconds: number;
  /** Absolute path of the report on this machine; jobs without a report have none. */
  readonly html: string | undefined;
}

/** What happened, from the sandbox's journals and not from what the product says of itself. */
export function summarize(sandbox: Sandbox, { job, attempt, seconds, html }: Night): string {
  const calls = sandbox.box.journal.entries;
  const tokenRequests = calls.filter(({ path }) => path === '/oauth2/token').length;
  const secretReads = sandbox.aws.journal.calls({ action: 'secretsmanager:GetSecretValue' }).length;
  const lines: [string, string][] = [
    ['job', job],
    ...Object.entries(attempt.payload ?? {}).map(([name, value]): [string, string] => [words(name), format(value)]),
    ['token requests', format(tokenRequests)],
    ['secret reads', format(secretReads)],
    ['Box calls', format(calls.length - tokenRequests)],
    ['duration', `${(attempt.durationMs / 1000).toFixed(2)} s (of ${seconds.toFixed(1)} s in all)`],
    ...(html ? [['report', html] satisfies [string, string]] : []),
  ];
  const width = Math.max(...lines.map(([label]) => label.length));
  return lines.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`).join('\n');
}

/** Why a run failed, as Lambda would show it. */
export function explainFailure(job: string, { outcome, payload }: Attempt): string {
  const { errorType, errorMessage } = (payload ?? {}) as { errorType?: string; errorMessage?: string };
  return `${job} failed (${outcome}): ${errorMessage ?? errorType ?? 'no reason was given'}`;
}

function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function format(value: unknown): string {
  return typeof value === 'number' ? value.toLocaleString('en-US') : String(value);
}
