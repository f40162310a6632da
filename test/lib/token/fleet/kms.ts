import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Answer, Asked } from './internet.ts';

interface Request {
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
}

/** One key for all fleets: only the context tells them apart. */
const masterKey = randomBytes(32);

/** KMS's Encrypt and Decrypt: what was encrypted under one context can't be decrypted under another. */
export function kms(): (asked: Asked) => Promise<Answer> {
  const contextOf = ({ EncryptionContext = {} }: Request) => Buffer.from(JSON.stringify(Object.entries(EncryptionContext).sort()));

  const encrypt = (request: Request): object => {
    const iv = randomBytes(12);
    const aes = createCipheriv('aes-256-gcm', masterKey, iv).setAAD(contextOf(request));
    const sealed = Buffer.concat([iv, aes.update(Buffer.from(request.Plaintext ?? '', 'base64')), aes.final(), aes.getAuthTag()]);
    return { CiphertextBlob: sealed.toString('base64') };
  };
  const decrypt = (request: Request): object => {
    const sealed = Buffer.from(request.CiphertextBlob ?? '', 'base64');
    const aes = createDecipheriv('aes-256-gcm', masterKey, sealed.subarray(0, 12));
    aes.setAAD(contextOf(request)).setAuthTag(sealed.subarray(-16));
    return { Plaintext: Buffer.concat([aes.update(sealed.subarray(12, -16)), aes.final()]).toString('base64') };
  };

  return async ({ headers, body }) => {
    const work = String(headers['x-amz-target']).endsWith('.Encrypt') ? encrypt : decrypt;
    try {
      return answer(200, work(JSON.parse(body.toString())));
    } catch {
      return answer(400, { __type: 'InvalidCiphertextException' });
    }
  };
}

function answer(status: number, body: object): Answer {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: Buffer.from(JSON.stringify(body)) };
}
