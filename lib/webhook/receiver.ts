import type { Packable } from './envelope.ts';
import { isSigned, isTimely } from './signature.ts';
import { type HttpEvent, type Refusal, readSignedRequest } from './signed-request.ts';
import type { SigningKeysSource, VersionedKeys } from './signing-keys.ts';

export interface ReceiverParts {
  readonly keys: SigningKeysSource;
  /** Resolves when the message is safe. */
  readonly enqueue: (message: Packable) => Promise<unknown>;
  /** Why a message of Box could not be taken. */
  readonly failed?: (error: unknown) => void;
  readonly now?: () => number;
}

/** `accepted`: the queue has it. Nothing but headers and bytes is looked at before the signature is found good. */
export type Receipt = 'accepted' | Refusal;

export type Receive = (event: HttpEvent) => Promise<Receipt>;

/** What is done with each message that arrives; never throws. */
export function receiver({ keys, enqueue, failed, now = Date.now }: ReceiverParts): Receive {
  return async (event) => {
    const request = readSignedRequest(event);
    if (typeof request === 'string') return request;
    if (!isTimely(request, now())) return 'unsigned';
    try {
      const known = await keys.get();
      if (!isSigned(request, known) && !(await isSignedWithNewer(keys, known, request))) return 'unsigned';
      await enqueue(request);
      return 'accepted';
    } catch (error) {
      failed?.(error);
      // Box tries again, and by then the keys or the queue may be there.
      return 'unavailable';
    }
  };
}

/** A new version of the secret needs no deployment: the first message that the old keys do not fit makes us look. */
async function isSignedWithNewer(
  keys: SigningKeysSource,
  { versionId }: VersionedKeys,
  request: Parameters<typeof isSigned>[0],
): Promise<boolean> {
  const newer = await keys.newerThan(versionId);
  return newer !== undefined && isSigned(request, newer);
}
