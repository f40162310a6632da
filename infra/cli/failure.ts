import { type ErrorCode, NightporterError } from '../../lib/errors.ts';
import type { Cli, ExitCode } from './cli.ts';
import { painter } from './terminal.ts';

/** These are for whoever typed the command; all others are a refusal of AWS or Box. */
const ofTheCommand: ReadonlySet<ErrorCode> = new Set([
  'BOX_ENDPOINT_REFUSED',
  'COMMAND_INVALID',
  'DECLARATION_INVALID',
  'ENVIRONMENT_INVALID',
  'NOT_DEPLOYED',
  'PARAMS_INVALID',
  'SECRET_INVALID',
  'SETTINGS_INVALID',
]);

/** Prints one sentence, never a stack: as JSON on standard output, or as text on standard error. */
export function reportFailure(error: unknown, { json, terminal }: Pick<Cli, 'json' | 'terminal'>): ExitCode {
  const { code, message } = error instanceof NightporterError ? error : unexpected(error);
  if (json) terminal.stdout.write(`${JSON.stringify({ error: { code, message } }, null, 2)}\n`);
  else terminal.stderr.write(`${painter(terminal.stderr)('red', code)}: ${message}\n`);
  return ofTheCommand.has(code) ? 2 : 1;
}

/** Not its message: nobody knows what an error that was not foreseen quotes. */
function unexpected(error: unknown): { code: ErrorCode; message: string } {
  const name = error instanceof Error ? error.name : typeof error;
  return { code: 'COMMAND_FAILED', message: `Report this as a defect of Nightporter: an unexpected ${name} ended the command.` };
}
