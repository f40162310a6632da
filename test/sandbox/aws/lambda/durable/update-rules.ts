import { AwsError } from '../../http/aws-error.ts';
import type { DurableExecution } from './durable-execution.ts';
import type { Action, Operation, OperationType, OperationUpdate } from './operation.ts';

/** AWS doc: "Durable functions quotas": the first two end an execution that needs more. */
export const durableLimit = { operations: 3000, bytes: 100 * 1024 * 1024, payload: 256 * 1024, error: 32 * 1024 } as const;

const actions: Readonly<Record<OperationType, readonly Action[]>> = {
  STEP: ['START', 'SUCCEED', 'FAIL', 'RETRY'],
  CONTEXT: ['START', 'SUCCEED', 'FAIL'],
  EXECUTION: ['SUCCEED', 'FAIL'],
  WAIT: ['START', 'CANCEL'],
  CALLBACK: ['START', 'CANCEL'],
  CHAINED_INVOKE: ['START', 'CANCEL'],
};

/** What the updates of one request say about an operation so far. */
interface Seen {
  readonly begun: Map<string, OperationUpdate>;
  readonly last: Map<string, OperationUpdate>;
}

/** @throws AwsError `InvalidParameterValueException` for the first update that the service would not take; none is applied then */
export function checkUpdates(execution: DurableExecution, updates: readonly OperationUpdate[]): void {
  const seen: Seen = { begun: new Map(), last: new Map() };
  for (const update of updates) {
    checkPlace(execution, update, seen);
    checkState(execution.operations.get(update.Id), update);
    checkSize(update);
    if (update.Action === 'START') seen.begun.set(update.Id, update);
    seen.last.set(update.Id, update);
  }
  const added = [...seen.begun.keys()].filter((id) => !execution.operations.has(id)).length;
  if (execution.operations.size + added > durableLimit.operations)
    throw invalid(`The durable execution exceeds ${durableLimit.operations} operations.`);
  const bytes = updates.reduce((sum, update) => sum + bytesOf(update), execution.bytes);
  if (bytes > durableLimit.bytes) throw invalid(`The durable execution exceeds ${durableLimit.bytes} bytes.`);
}

export function bytesOf({ Payload = '', Error: error }: OperationUpdate): number {
  return Buffer.byteLength(Payload) + (error === undefined ? 0 : Buffer.byteLength(JSON.stringify(error)));
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

function checkPlace(execution: DurableExecution, update: OperationUpdate, { begun, last }: Seen): void {
  if (!actions[update.Type]?.includes(update.Action)) throw invalid('Invalid action for the given operation type.');
  const before = last.get(update.Id);
  const closesWhatItStarted =
    before?.Action === 'START' && update.Action !== 'START' && (update.Type === 'STEP' || update.Type === 'CONTEXT');
  if (before !== undefined && !closesWhatItStarted) throw invalid('Cannot update the same operation twice in a single request.');
  if (update.ParentId === undefined || update.ParentId === null) return;
  const parent = begun.get(update.ParentId) ?? execution.operations.get(update.ParentId);
  if (parent?.Type !== 'CONTEXT') throw invalid('Invalid parent operation id.');
}

function checkState(operation: Operation | undefined, { Type, Action: action, StepOptions }: OperationUpdate): void {
  if (action === 'RETRY' && StepOptions === undefined) throw invalid('Invalid StepOptions for the given action.');
  if (operation === undefined || Type === 'EXECUTION') return;
  if (operation.Type !== Type) throw invalid('Operation type mismatch.');
  const { Status } = operation;
  if (action === 'START' && !(Type === 'STEP' && Status === 'READY')) throw invalid(`Invalid current ${Type} state to start.`);
  if (action !== 'START' && Status !== 'STARTED' && Status !== 'READY') throw invalid(`Invalid current ${Type} state to close.`);
}

function checkSize(update: OperationUpdate): void {
  if (update.Error !== undefined && Buffer.byteLength(JSON.stringify(update.Error)) > durableLimit.error)
    throw invalid(`Error object size must be less than ${durableLimit.error} bytes.`);
  // The result of an execution may be as large as an answer of Lambda.
  if (update.Type !== 'EXECUTION' && Buffer.byteLength(update.Payload ?? '') > durableLimit.payload)
    throw invalid(`${update.Type} payload size must be less than or equal to ${durableLimit.payload} bytes.`);
}
