export type OperationType = 'EXECUTION' | 'STEP' | 'WAIT' | 'CALLBACK' | 'CHAINED_INVOKE' | 'CONTEXT';
export type Action = 'START' | 'SUCCEED' | 'FAIL' | 'RETRY' | 'CANCEL';
export type ClosedStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'STOPPED';
export type OperationStatus = 'STARTED' | 'PENDING' | 'READY' | 'CANCELLED' | ClosedStatus;

export interface ErrorObject {
  readonly ErrorType?: string | undefined;
  readonly ErrorMessage?: string | undefined;
  readonly ErrorData?: string | undefined;
  readonly StackTrace?: readonly string[] | undefined;
}

/** What came of an operation; a result is text, JSON by the SDK's custom. */
export interface Ending {
  readonly Result?: string | undefined;
  readonly Error?: ErrorObject | undefined;
}

/** One entry of an execution's state, in the names that go over the wire. Times are milliseconds since 1970. */
export interface Operation {
  readonly Id: string;
  readonly ParentId?: string | undefined;
  readonly Name?: string | undefined;
  readonly Type: OperationType;
  readonly SubType?: string | undefined;
  readonly StartTimestamp: number;
  Status: OperationStatus;
  EndTimestamp?: number;
  ExecutionDetails?: { readonly InputPayload: string };
  StepDetails?: Ending & { readonly Attempt: number; readonly NextAttemptTimestamp?: number };
  WaitDetails?: { readonly ScheduledEndTimestamp: number };
  CallbackDetails?: Ending & { readonly CallbackId: string };
  ChainedInvokeDetails?: Ending;
  ContextDetails?: Ending & { readonly ReplayChildren?: boolean | undefined };
}

/** What an execution asks for in a checkpoint. */
export interface OperationUpdate {
  readonly Id: string;
  readonly ParentId?: string;
  readonly Name?: string;
  readonly Type: OperationType;
  readonly SubType?: string;
  readonly Action: Action;
  readonly Payload?: string;
  readonly Error?: ErrorObject;
  readonly StepOptions?: { readonly NextAttemptDelaySeconds?: number };
  readonly WaitOptions?: { readonly WaitSeconds: number };
  readonly CallbackOptions?: { readonly TimeoutSeconds?: number; readonly HeartbeatTimeoutSeconds?: number };
  readonly ChainedInvokeOptions?: { readonly FunctionName: string };
  readonly ContextOptions?: { readonly ReplayChildren?: boolean };
}

const closed: ReadonlySet<OperationStatus> = new Set(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'STOPPED', 'CANCELLED']);

export function isClosed({ Status }: Operation): boolean {
  return closed.has(Status);
}

/** Something that will wake its execution later: without one, an execution may not suspend. */
export function isPending({ Type, Status }: Operation): boolean {
  if (Type === 'STEP') return Status === 'PENDING' || Status === 'READY';
  return Status === 'STARTED' && (Type === 'WAIT' || Type === 'CALLBACK' || Type === 'CHAINED_INVOKE');
}
