/** One request as it passed. Neither secrets nor tokens are in it. */
export interface JournalEntry {
  /** Milliseconds on the simulator's clock. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  /** Id of the user that the call acted as, or for whom a token was minted. */
  readonly subject: string | undefined;
  /** Of the header `as-user`, whatever Box made of it. */
  readonly asUser: string | undefined;
  /** 0 when the connection ended before the request was applied. */
  readonly status: number;
  readonly requestId: string;
  /** First 8 hex digits of the token's SHA-256; of the new one, for a token request. */
  readonly tokenFingerprint: string | undefined;
  /** Names, never values, of the fields of a form or JSON body. */
  readonly bodyKeys: readonly string[];
  /** The kind of fault that was injected, if any. */
  readonly fault: string | undefined;
}

/** One change that was applied, whatever became of its answer: what was done twice is in here twice. */
export interface Effect {
  /** Milliseconds on the simulator's clock. */
  readonly at: number;
  /** Id of the user who did it. */
  readonly subject: string;
  /** Box's name for the event, such as `UPLOAD`; where Box has none, one of the simulator's. */
  readonly action: string;
  /** Of the item, user, group, collaboration or webhook that was changed. */
  readonly itemId: string;
  /** Of the request that did it; effects of one request that changed several things share it. */
  readonly requestId: string;
}

/** The last `limit` requests, oldest first; 0 turns it off. */
export class Journal {
  readonly #limit: number;
  #entries: JournalEntry[] = [];
  #effects: Effect[] = [];
  #dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** As many as requests are kept, oldest first. */
  get effects(): readonly Effect[] {
    return this.#effects;
  }

  /** How many entries had to make room. */
  get dropped(): number {
    return this.#dropped;
  }

  add(entry: JournalEntry): void {
    if (this.#limit < 1) return;
    this.#entries.push(entry);
    if (this.#entries.length < 2 * this.#limit) return;
    // In halves: taking one from the front of a long array for each request would cost more than the request.
    this.#dropped += this.#entries.length - this.#limit;
    this.#entries = this.#entries.slice(-this.#limit);
  }

  addEffect(effect: Effect): void {
    if (this.#limit < 1) return;
    this.#effects.push(effect);
    if (this.#effects.length >= 2 * this.#limit) this.#effects = this.#effects.slice(-this.#limit);
  }

  clear(): void {
    this.#entries = [];
    this.#effects = [];
    this.#dropped = 0;
  }
}

export function bodyKeys(contentType: string | undefined, body: () => string): readonly string[] {
  if (contentType?.startsWith('application/x-www-form-urlencoded')) return [...new URLSearchParams(body()).keys()];
  if (!contentType?.startsWith('application/json')) return [];
  try {
    const parsed: unknown = JSON.parse(body());
    return typeof parsed === 'object' && parsed !== null ? Object.keys(parsed) : [];
  } catch {
    return [];
  }
}
