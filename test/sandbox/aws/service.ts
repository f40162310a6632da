import type { ServerResponse } from 'node:http';
import type { Protocol } from './http/aws-error.ts';
import type { AwsRequest } from './http/aws-request.ts';
import type { Need } from './iam/authorize.ts';
import type { Principal } from './iam/identities.ts';

/** What a request does. `needs[0]` is the action itself; the others are what AWS asks of the caller besides (KMS behind an encrypted resource). */
export interface Operation {
  readonly needs: readonly [Need, ...Need[]];
  /** Writes the answer, or throws an AwsError, which the proxy words by the service's protocol. */
  answer(reply: ServerResponse, caller: Caller): Promise<void>;
}

export interface Caller {
  readonly principal: Principal;
  readonly accessKeyId: string;
  /** Leaves this request out of the journal when it is repeated: a poll that found nothing. */
  forget(): void;
  /** Whether the caller has one more permission, where that changes the answer (S3 hides missing keys from those who may not list). */
  may(need: Need): boolean;
}

/** An AWS service behind the proxy. */
export interface Service {
  /** As it stands in the credential scope of a signature. */
  readonly signingName: string;
  readonly protocol: Protocol;
  /** Of a service that is in one Region for all; the sandbox's own if left out. */
  readonly signingRegion?: string;
  /** All that it knows, by the names of AWS's API. */
  readonly operations: readonly string[];
  /** `undefined` when the sandbox does not know the operation: then it is refused. */
  operation(request: AwsRequest): Promise<Operation | undefined>;
}
