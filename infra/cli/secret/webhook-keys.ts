import type { KeyObject } from 'node:crypto';
import { NightporterError } from '../../../lib/errors.ts';
import { parseSigningKeys } from '../../../lib/webhook/signing-keys.ts';

/** What puts them, for the one who lacks them. */
export const putKeysWith = 'nightporter secret put --webhook-keys';

const shortest = 16;
const printable = /^[\x21-\x7e]+$/;

/** Both keys: Box signs with both, so that one can be replaced while the other serves. */
export interface WebhookKeys {
  readonly primaryKey: string;
  readonly secondaryKey: string;
}

/**
 * Reads the text of the secret of signing keys as the receiver does, without the blanks that pasting leaves around them, and demands more of
 * it; the error names the faulty field and never quotes the text.
 * @throws NightporterError `SECRET_INVALID`
 */
export function parseWebhookKeys(text: string): WebhookKeys {
  if (!isJson(text)) throw invalid('it is not JSON');
  const { primary, secondary } = parseSigningKeys(text);
  const keys = { primaryKey: checked('primaryKey', primary), secondaryKey: checked('secondaryKey', secondary) };
  if (keys.primaryKey === keys.secondaryKey) throw invalid('both keys are the same');
  return keys;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function checked(name: keyof WebhookKeys, key: KeyObject | undefined): string {
  const text = key?.export().toString('utf8') ?? '';
  if (text.length < shortest) throw invalid(`${name} is missing or too short`);
  if (!printable.test(text)) throw invalid(`${name} has blanks or other characters in it that no key has`);
  return text;
}

function invalid(why: string): NightporterError {
  const place = 'Developer Console > the app > Webhooks > Manage signature keys';
  return new NightporterError(
    'SECRET_INVALID',
    `Correct the webhook keys: ${why}; they must be {"primaryKey","secondaryKey"} from ${place}.`,
  );
}
