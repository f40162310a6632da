import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { SignedRequest } from './signed-request.ts';

/** The app's keys. Box signs with both, each into a header of its own, so that one can be replaced while the other serves. */
export interface SigningKeys {
  readonly primary: KeyObject | undefined;
  readonly secondary: KeyObject | undefined;
}

/** Box's own advice, in ms: whatever is older may be a recording. */
const longestPast = 10 * 60_000;
/** Clocks differ; box-node-sdk allows for nothing and refuses messages of a Box that is a second ahead. */
const longestFuture = 2 * 60_000;

export function isTimely({ sentAt }: Pick<SignedRequest, 'sentAt'>, now: number): boolean {
  return now - sentAt <= longestPast && sentAt - now <= longestFuture;
}

/** Whether one of the signatures is that of the key it stands for. */
export function isSigned(request: SignedRequest, { primary, secondary }: SigningKeys): boolean {
  return isMade(request.primary, primary, request) || isMade(request.secondary, secondary, request);
}

/**
 * Box's signature: base64 of the HMAC-SHA256 over the bytes of the body and then the timestamp.
 * developer.box.com/guides/webhooks/v2/signatures-v2
 */
export function signatureOf(key: KeyObject, body: string | Uint8Array, timestamp: string): string {
  return createHmac('sha256', key).update(body).update(timestamp).digest('base64');
}

function isMade(given: string | undefined, key: KeyObject | undefined, { body, timestamp }: SignedRequest): boolean {
  // Whoever has no key at all can sign with an empty one.
  if (given === undefined || !key?.symmetricKeySize) return false;
  // As text: base64 leaves two bits of the last character free, so that several texts would stand for the same bytes.
  return timingSafeEqual(Buffer.from(given), Buffer.from(signatureOf(key, body, timestamp)));
}
