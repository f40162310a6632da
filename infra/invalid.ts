import { NightporterError } from '../lib/errors.ts';

/** A mistake in a file of a job or a webhook, in one sentence that names the file. */
export function invalid(label: string, reason: string, cause?: unknown): NightporterError {
  return new NightporterError('DECLARATION_INVALID', `Correct ${label}: ${reason.replace(/\.$/, '')}.`, { cause });
}
