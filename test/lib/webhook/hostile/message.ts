import { createHmac } from 'node:crypto';
import { boxJson } from '../../../sandbox/box/webhooks/signature.ts';

export const keys = { primary: 'primary signing key of the app', secondary: 'secondary signing key of the app' };

/** A request as it is signed: what the mutations start from. */
export interface Message {
  body: Buffer;
  timestamp: string;
  primary: string | undefined;
  secondary: string | undefined;
  version: string | undefined;
  algorithm: string | undefined;
  isBase64Encoded: boolean;
}

/** Signs like Box, by another hand than the product's. */
export function sign(key: string, body: Uint8Array, timestamp: string): string {
  return createHmac('sha256', key).update(body).update(timestamp).digest('base64');
}

export interface MessageOptions {
  readonly body?: Buffer;
  readonly timestamp?: string;
  /** With which keys it is signed; both if left out. */
  readonly with?: { readonly primary?: string | undefined; readonly secondary?: string | undefined };
}

export function message(now: number, { body = bodyOf('x'), timestamp = boxTime(now), with: used = keys }: MessageOptions = {}): Message {
  const { primary, secondary } = used;
  return {
    body,
    timestamp,
    primary: primary === undefined ? undefined : sign(primary, body, timestamp),
    secondary: secondary === undefined ? undefined : sign(secondary, body, timestamp),
    version: '1',
    algorithm: 'HmacSHA256',
    isBase64Encoded: false,
  };
}

/** What Box sends, about 2 KB; `name` makes it differ. */
export function bodyOf(name: string, more: object = {}): Buffer {
  const source = {
    type: 'file',
    id: '73835521473',
    name: `größe/${name}.pdf`,
    size: 26458,
    sha1: 'a'.repeat(40),
    description: 'x'.repeat(1_500),
  };
  const who = { type: 'user', id: '226067247', name: 'John Q. Developer', login: 'johnq@dev.name' };
  const event = { type: 'webhook_event', id: `eb0c4e06-${name}`, created_at: '2026-11-22T02:00:00-08:00', trigger: 'FILE.UPLOADED' };
  return Buffer.from(boxJson({ ...event, webhook: { id: '53', type: 'webhook' }, created_by: who, source, ...more, additional_info: [] }));
}

/** RFC 3339, in one of the forms in which a time can be written. */
export function boxTime(at: number, form: 'offset' | 'utc' | 'fraction' = 'offset'): string {
  if (form === 'fraction') return new Date(at).toISOString();
  if (form === 'utc') return new Date(at).toISOString().replace(/\.\d+/, '');
  return new Date(at - 8 * 3_600_000).toISOString().replace(/\.\d+Z/, '-08:00');
}

/** As a function gets it, names of headers in lower case. */
export function headersOf({ timestamp, primary, secondary, version, algorithm }: Message): Record<string, string> {
  const named = {
    'box-delivery-id': '673a081b-bb4b-4d45-b4f1-4131a29c1d07',
    'box-delivery-timestamp': timestamp,
    'box-signature-primary': primary,
    'box-signature-secondary': secondary,
    'box-signature-version': version,
    'box-signature-algorithm': algorithm,
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Box-WH-Client',
    'x-forwarded-for': '74.112.186.1',
  };
  return Object.fromEntries(Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export interface Event {
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

export function eventOf(given: Message): Event {
  const { body, isBase64Encoded } = given;
  return { headers: headersOf(given), body: body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
}
