import type { RequestContext } from './iam/condition.ts';
import { Ring } from './ring.ts';

/** One permission that was asked for: a request itself, or what AWS asks for on the caller's behalf (KMS behind a secret, SQS behind a failure destination). */
export interface Call {
  /** Milliseconds since 1970, by the sandbox's clock. */
  readonly at: number;
  /** ARN of the role, the service that acts as itself, or `operator`; `unknown` when the access key is nobody's. */
  readonly principal: string;
  /** Signing name: `s3`, `dynamodb`, `secretsmanager`, `kms`, … */
  readonly service: string;
  /** Such as `s3:PutObject`. */
  readonly action: string;
  readonly resource: string;
  /** Condition keys that came with the request. */
  readonly context: RequestContext;
  readonly allowed: boolean;
  /** HTTP status of the answer; 0 while there is none. */
  readonly status: number;
  /** Why it was refused. */
  readonly reason?: string;
}

/** A call whose status is filled in when the answer's headers go out. */
export type OpenCall = { -readonly [Key in keyof Call]: Call[Key] };

/** As many are kept at least. */
const limit = 200_000;

/** The newest calls. */
export class Journal {
  readonly #calls = new Ring<OpenCall>(limit);
  /** What has been asked in vain, and is written down. */
  readonly #idle = new Set<string>();
  readonly #onCall: (call: Call) => void;

  constructor(onCall: (call: Call) => void = () => {}) {
    this.#onCall = onCall;
  }

  add(call: OpenCall): OpenCall {
    this.#calls.add(call);
    this.#onCall(call);
    return call;
  }

  /** Nothing has come of these: whoever asks the same many times a second would push out all others. The first of each stays. */
  forget(calls: readonly OpenCall[]): void {
    for (const call of calls) {
      const { principal, action, resource } = call;
      const question = JSON.stringify([principal, action, resource]);
      if (this.#idle.has(question)) this.#calls.remove(call);
      this.#idle.add(question);
    }
  }

  /** The newest, in the order in which they were asked. */
  latest(count: number): readonly Call[] {
    return this.#calls.entries.slice(-count).map((call) => ({ ...call }));
  }

  /** In the order in which they were asked; a filter names what must be equal. */
  calls(filter: Partial<Call> = {}): readonly Call[] {
    const wanted = Object.entries(filter);
    return this.#calls.entries
      .filter((call) => wanted.every(([key, value]) => call[key as keyof Call] === value))
      .map((call) => ({ ...call }));
  }
}
