import { maxBodyBytes } from '../declare/webhook-limits.ts';

/** What of a Lambda event (payload format 2.0: function URLs and HTTP APIs) concerns a webhook. */
export interface HttpEvent {
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

/** Statuses that Box is answered with, each for one reason. Box tries again whatever is not 2xx, for two hours. */
export const refusals = {
  /** Not a message of Box: headers are missing, doubled or in no shape that Box gives them. */
  malformed: 400,
  /** In Box's shape, but not signed with a key of ours, or not now. */
  unsigned: 401,
  /** More than 256 KiB. */
  tooLarge: 413,
  /** The keys can't be read or the queue does not answer: nothing is wrong with the message. */
  unavailable: 503,
} as const;

export type Refusal = keyof typeof refusals;

/** A message in Box's shape, of which nobody knows yet who sent it. */
export interface SignedRequest {
  /** What Box signed: bytes, or the text that they are in UTF-8. */
  readonly body: string | Buffer;
  /** As Box wrote it: it is signed together with the body. */
  readonly timestamp: string;
  readonly sentAt: number;
  /** Base64 of 32 bytes; undefined where the header is missing or in another shape. */
  readonly primary: string | undefined;
  readonly secondary: string | undefined;
  /** Not signed: an id to look up in Box's logs, and nothing to rely on. */
  readonly deliveryId: string;
}

const names = {
  timestamp: 'box-delivery-timestamp',
  primary: 'box-signature-primary',
  secondary: 'box-signature-secondary',
  version: 'box-signature-version',
  algorithm: 'box-signature-algorithm',
  deliveryId: 'box-delivery-id',
} as const;

const wanted = new Set<string>(Object.values(names));
/** RFC 3339, as `Date.parse` reads it without guessing. */
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
const signature = /^[A-Za-z0-9+/]{43}=$/;

/** Reads what Box's signature is about; no body is decoded whose length already says no. developer.box.com/guides/webhooks/v2/signatures-v2 */
export function readSignedRequest(event: HttpEvent): SignedRequest | Refusal {
  const body = event.body ?? '';
  const isBase64Encoded = event.isBase64Encoded === true;
  // Four characters stand for three bytes, and a character that is not in base64 for one at least.
  if (body.length > (isBase64Encoded ? Math.ceil(maxBodyBytes / 3) * 4 : maxBodyBytes)) return 'tooLarge';
  const box = boxHeaders(event.headers ?? {});
  if (box === undefined || body === '') return 'malformed';
  const { version, algorithm, timestamp, primary, secondary, deliveryId } = box;
  if (version !== '1' || algorithm !== 'HmacSHA256' || timestamp === undefined || !dateTime.test(timestamp)) return 'malformed';
  const sentAt = Date.parse(timestamp);
  const [first, second] = [primary, secondary].map((text) => (text !== undefined && signature.test(text) ? text : undefined));
  if (Number.isNaN(sentAt) || (first === undefined && second === undefined)) return 'malformed';
  const signed = isBase64Encoded ? Buffer.from(body, 'base64') : body;
  if (Buffer.byteLength(signed) > maxBodyBytes) return 'tooLarge';
  return { body: signed, timestamp, sentAt, primary: first, secondary: second, deliveryId: idOf(deliveryId) };
}

type BoxHeaders = { readonly [K in keyof typeof names]?: string };

/** In any case: HTTP has none, and every ingress has its own. Undefined when one of them comes twice. */
function boxHeaders(headers: Readonly<Record<string, string | undefined>>): BoxHeaders | undefined {
  const found: Record<string, string> = {};
  for (const name in headers) {
    // The length first: most headers are none of ours.
    if (name.length < 15 || name.length > 23) continue;
    const lower = name.toLowerCase();
    const value = headers[name];
    if (!wanted.has(lower) || value === undefined) continue;
    if (found[lower] !== undefined) return undefined;
    found[lower] = value;
  }
  return {
    version: found[names.version],
    algorithm: found[names.algorithm],
    timestamp: found[names.timestamp],
    primary: found[names.primary],
    secondary: found[names.secondary],
    deliveryId: found[names.deliveryId],
  } as BoxHeaders;
}

function idOf(text: string | undefined): string {
  return text !== undefined && /^[\w-]{1,64}$/.test(text) ? text : 'unknown';
}
