import type { Cause } from '../../lib/token/causes.ts';
import { refusals } from '../../lib/token/diagnosis.ts';

/** What Box says when it refuses a token or a call, and what each of the possible causes asks for: two tables in Markdown, joined by numbers. */
export function refusalsTable(): string {
  const causes = [...new Map(refusals.flatMap((refusal) => refusal.causes.map((cause) => [cause.cause, cause]))).values()];
  const numberOf = ({ cause }: Cause): number => causes.findIndex((each) => each.cause === cause) + 1;
  const said = refusals.map(({ errors, status, asUser, description, causes: likely }) => {
    const words = `${status === undefined ? '' : `${status} to a call${asUser ? ' with the header `as-user`' : ''}: `}\`${errors.join('` or `')}\`${description ? ` … ${plain(description)} …` : ''}`;
    return `| ${words} | ${likely.map((cause) => `${numberOf(cause)}${only(cause)}`).join(', ')} |`;
  });
  const why = causes.map((cause) => `| ${numberOf(cause)} | ${cell(cause.cause)} | ${cell(cause.setting)} | ${cell(cause.nextStep)} |`);
  return [
    '| Box says | Causes, the likely ones first |',
    '|---|---|',
    ...said,
    '',
    '| | Cause | Where | What to do |',
    '|---|---|---|---|',
    ...why,
  ].join('\n');
}

function only({ subject }: Cause): string {
  if (subject === undefined) return '';
  return subject === 'user' ? ' (managed user)' : ' (service account)';
}

/** The words that a description is known by. */
function plain({ source }: RegExp): string {
  return source.replaceAll('.', ' ').replaceAll('\\', '');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
