import { randomUUID } from 'node:crypto';
import { send } from '../../../lib/http/send.ts';
import { signatureOf } from '../../../lib/webhook/signature.ts';
import { parseSigningKeys } from '../../../lib/webhook/signing-keys.ts';
import { readSecret } from '../box/read-secret.ts';
import type { Cli } from '../cli.ts';
import { putKeysWith } from '../secret/webhook-keys.ts';

/**
 * Sends a body as Box would, signed at this moment.
 * @returns the status
 * @throws NightporterError `SECRET_UNREADABLE` or `SECRET_INVALID`
 */
export async function postSigned(cli: Pick<Cli, 'aws' | 'now' | 'stage'>, keysArn: string, address: string, body: Buffer): Promise<number> {
  const { text } = await readSecret(cli, { secretArn: keysArn, putWith: putKeysWith });
  const { primary, secondary } = parseSigningKeys(text);
  const timestamp = new Date(cli.now()).toISOString();
  const answer = await send({
    method: 'POST',
    url: address,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(body.length),
      'box-delivery-id': randomUUID(),
      'box-delivery-timestamp': timestamp,
      'box-signature-version': '1',
      'box-signature-algorithm': 'HmacSHA256',
      ...(primary && { 'box-signature-primary': signatureOf(primary, body, timestamp) }),
      ...(secondary && { 'box-signature-secondary': signatureOf(secondary, body, timestamp) }),
    },
    body,
    repeatable: false,
  });
  answer.body.resume();
  return answer.status;
}
