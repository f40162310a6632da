/** What can go wrong with one request to AWS. `before`: the service never sees it; `after`: it is applied and its answer suffers. */
export type Fault =
  /** Before: the error by which this service refuses who asks too often. */
  | { readonly kind: 'throttle' }
  /** Before: the service's own error of this status; 500 if not said, 503 being "unavailable". */
  | { readonly kind: 'error'; readonly status?: 500 | 503 }
  /** Before: the service gets the request this much later. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** Before: no answer ever; the connection stays open. */
  | { readonly kind: 'hang' }
  /** Before: the connection is reset. */
  | { readonly kind: 'reset' }
  /** After: the connection is reset, so that nobody knows that it was applied. */
  | { readonly kind: 'answerLost' };

export interface FaultMatch {
  /** Signing name: `dynamodb`, `s3`, `secretsmanager`, `kms`, `sqs`, … */
  readonly service?: string;
  /** Such as `dynamodb:PutItem`. */
  readonly action?: string;
  /** ARN of a role, or `operator`. */
  readonly principal?: string | RegExp;
  /** Of the requests that match: the nth for `once`, each nth for `always`. */
  readonly nth?: number;
}

export interface FaultRequest {
  readonly service: string;
  readonly action: string;
  readonly principal: string;
}
