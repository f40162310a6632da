import * as z from 'zod/mini';
import { NightporterError } from '../../../lib/errors.ts';

const key = z.string().check(z.minLength(16), z.regex(/^[\x21-\x7e]+$/));

/** Both keys: Box signs with both, so that one can be replaced while the other serves. */
const keysSchema = z.object({ primaryKey: key, secondaryKey: key });

/**
 * Checks the text of the secret of signing keys; the error names the faulty field and never quotes the text.
 * @throws NightporterError `SECRET_INVALID`
 */
export function checkWebhookKeys(text: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('it is not JSON');
  }
  const parsed = keysSchema.safeParse(value);
  if (!parsed.success) throw invalid(`${parsed.error.issues[0]?.path.join('.') || 'the object'} is missing or too short`);
  if (parsed.data.primaryKey === parsed.data.secondaryKey) throw invalid('both keys are the same');
}

function invalid(why: string): NightporterError {
  const place = 'Developer Console > the app > Webhooks > Manage signature keys';
  return new NightporterError(
    'SECRET_INVALID',
    `Correct the webhook keys: ${why}; they must be {"primaryKey","secondaryKey"} from ${place}.`,
  );
}
