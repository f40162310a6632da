/** What can go wrong with one request. `before`: Box never sees it; `after`: it is applied and its answer suffers. */
export type Fault =
  /** Before: this answer instead; without a body, Box's client error. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: Readonly<Record<string, unknown>>;
    }
  /** Before: the connection is destroyed. */
  | { readonly kind: 'reset' }
  /** After: the connection is destroyed, so that nobody knows that it was applied. */
  | { readonly kind: 'resetAfterApply' }
  /** Before: no answer ever; the connection stays open. */
  | { readonly kind: 'hang' }
  /** After: the answer comes this much later. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** After: half of the body, then the connection is destroyed. */
  | { readonly kind: 'truncated' }
  /** Before: a gateway's page instead of Box's JSON; status 200 if not said. */
  | { readonly kind: 'html'; readonly status?: number }
  /** After: the status and headers, no body. */
  | { readonly kind: 'empty' }
  /** After: the page names its own marker as the next; only requests that have a marker match. */
  | { readonly kind: 'repeatedMarker' }
  /** After: the token lives as long as ever, but its answer says so many seconds; undefined leaves `expires_in` out. */
  | { readonly kind: 'expiresIn'; readonly seconds: number | undefined };

export interface FaultMatch {
  readonly method?: string;
  /** The whole path when a string; the query is never looked at. */
  readonly path?: string | RegExp;
  /** Of the requests that match: the nth for `once`, each nth for `always`. */
  readonly nth?: number;
}
