import { AwsError } from '../http/aws-error.ts';

/** Bytes (AWS doc: "Lambda quotas"). */
export const payloadLimit = { synchronous: 6 * 1024 * 1024, asynchronous: 1024 * 1024 } as const;

/** @throws AwsError `RequestTooLargeException` */
export function refuseOver(limit: number, text: string): void {
  if (Buffer.byteLength(text) <= limit) return;
  throw new AwsError('RequestTooLargeException', `Request must be smaller than ${limit} bytes for the InvokeFunction operation`, 413);
}
