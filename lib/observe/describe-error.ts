import type { LogFields } from '../declare/job-context.ts';
import { NightporterError } from '../errors.ts';

/** What a log line may say of an error: code, message, stack and the names of its causes; never their messages, which may quote requests. */
export function describeError(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: 'JOB_FAILED', reason: `A ${typeof error} was thrown.` };
  return {
    error: error instanceof NightporterError ? error.code : error.name,
    reason: error.message.slice(0, 1000),
    causes: causes(error).join(' < ') || undefined,
    stack: frames(error),
  };
}

function causes(error: Error): string[] {
  const names: string[] = [];
  for (let cause = error.cause; cause instanceof Error && names.length < 5; cause = cause.cause) {
    const code = 'code' in cause && typeof cause.code === 'string' ? ` ${cause.code}` : '';
    names.push(`${cause.name}${code}`);
  }
  return names;
}

/** The first frames only: where it happened. The message line is left out, it stands in `reason`. */
function frames(error: Error): string | undefined {
  return error.stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 8)
    .map((line) => line.trim())
    .join(' | ');
}
