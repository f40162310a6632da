import { createHmac } from 'node:crypto';
import { boxDate } from '../box-date.ts';

/** The keys of an app; either may be missing while they are being changed. */
export interface SignatureKeys {
  readonly primary?: string | undefined;
  readonly secondary?: string | undefined;
}

/** Box's headers for a body that leaves now. @param at milliseconds. */
export function signedHeaders(body: string, { primary, secondary }: SignatureKeys, at: number, deliveryId: string): Record<string, string> {
  const timestamp = boxDate(at);
  const sign = (key: string) => createHmac('sha256', key).update(body).update(timestamp).digest('base64');
  return {
    'BOX-DELIVERY-ID': deliveryId,
    'BOX-DELIVERY-TIMESTAMP': timestamp,
    'BOX-SIGNATURE-VERSION': '1',
    'BOX-SIGNATURE-ALGORITHM': 'HmacSHA256',
    ...(primary && { 'BOX-SIGNATURE-PRIMARY': sign(primary) }),
    ...(secondary && { 'BOX-SIGNATURE-SECONDARY': sign(secondary) }),
  };
}

/** JSON as Box writes it: ASCII, slashes escaped. Whoever parses it and writes it again has other bytes. */
export function boxJson(value: unknown): string {
  const ascii = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replaceAll(/[\u007f-\uffff]/g, ascii);
}
