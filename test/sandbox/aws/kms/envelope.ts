import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AwsError } from '../http/aws-error.ts';
import type { EncryptionContext, KmsKey } from './keys.ts';

const idBytes = 36;
const ivBytes = 12;
const tagBytes = 16;

/** AES-256-GCM under the key's own material; the context is authenticated, and the key's id stands in front. */
export function encrypt(key: KmsKey, plaintext: Buffer, context: EncryptionContext): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key.material, iv).setAAD(canonical(context));
  const content = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.from(key.id.padEnd(idBytes)), iv, cipher.getAuthTag(), content]);
}

/** @throws AwsError `InvalidCiphertextException` for what was changed, or encrypted with another context */
export function decrypt(key: KmsKey, blob: Buffer, context: EncryptionContext): Buffer {
  const iv = blob.subarray(idBytes, idBytes + ivBytes);
  const tag = blob.subarray(idBytes + ivBytes, idBytes + ivBytes + tagBytes);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.material, iv, { authTagLength: tagBytes })
      .setAAD(canonical(context))
      .setAuthTag(tag);
    return Buffer.concat([decipher.update(blob.subarray(idBytes + ivBytes + tagBytes)), decipher.final()]);
  } catch {
    throw new AwsError('InvalidCiphertextException', 'The ciphertext is invalid, or its encryption context is another one.');
  }
}

/** The id of the key that a ciphertext names. */
export function keyIdIn(blob: Buffer): string {
  return blob.toString('latin1', 0, idBytes).trim();
}

/** The order of a context's entries does not count. */
function canonical(context: EncryptionContext): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([left], [right]) => (left < right ? -1 : 1))));
}
