import type { Callbacks } from './callbacks.ts';
import type { DurableExecution } from './durable-execution.ts';
import { eventPrefix } from './history.ts';
import type { Ending, Operation, OperationUpdate } from './operation.ts';

export interface Effects {
  readonly callbacks: Callbacks;
  /** Starts what a chained invoke names. @returns what the history tells of it */
  chain(execution: DurableExecution, operation: Operation, update: OperationUpdate): Readonly<Record<string, unknown>>;
}

/** Makes one update, which the rules allow, part of the execution's state. */
export function applyUpdate(execution: DurableExecution, update: OperationUpdate, effects: Effects): void {
  if (update.Type === 'EXECUTION') {
    execution.end(update.Action === 'SUCCEED' ? 'SUCCEEDED' : 'FAILED', endingOf(update));
    return;
  }
  const operation = execution.operations.get(update.Id) ?? begin(execution, update);
  if (update.Action === 'START') start(execution, operation, update, effects);
  else if (update.Action === 'RETRY') retry(execution, operation, update);
  else if (update.Action === 'CANCEL') cancel(execution, operation);
  else close(execution, operation, update);
}

function begin(execution: DurableExecution, { Id, ParentId, Name, Type, SubType }: OperationUpdate): Operation {
  const operation: Operation = { Id, ParentId, Name, Type, SubType, Status: 'STARTED', StartTimestamp: execution.now() };
  execution.operations.set(Id, operation);
  return operation;
}

function start(execution: DurableExecution, operation: Operation, update: OperationUpdate, effects: Effects): void {
  operation.Status = 'STARTED';
  execution.history.add(`${eventPrefix[operation.Type]}Started`, operation, startDetails(execution, operation, update, effects));
}

function startDetails(
  execution: DurableExecution,
  operation: Operation,
  update: OperationUpdate,
  { callbacks, chain }: Effects,
): Readonly<Record<string, unknown>> {
  if (operation.Type === 'WAIT') {
    const Duration = update.WaitOptions?.WaitSeconds ?? 0;
    const ScheduledEndTimestamp = execution.now() + Duration * 1000;
    operation.WaitDetails = { ScheduledEndTimestamp };
    execution.at(ScheduledEndTimestamp, () => execution.settle(operation, 'SUCCEEDED'));
    return { Duration, ScheduledEndTimestamp };
  }
  if (operation.Type === 'CALLBACK') return callbacks.open(execution, operation, update);
  if (operation.Type !== 'CHAINED_INVOKE') return {};
  operation.ChainedInvokeDetails = {};
  const called = { FunctionName: update.ChainedInvokeOptions?.FunctionName, Input: { Payload: update.Payload } };
  return { ...called, ...chain(execution, operation, update) };
}

/** A step that failed and shall run again, or (with a payload) one that waits for a condition. */
function retry(execution: DurableExecution, operation: Operation, update: OperationUpdate): void {
  const NextAttemptDelaySeconds = update.StepOptions?.NextAttemptDelaySeconds ?? 0;
  const NextAttemptTimestamp = execution.now() + NextAttemptDelaySeconds * 1000;
  const Attempt = (operation.StepDetails?.Attempt ?? 0) + 1;
  operation.Status = 'PENDING';
  operation.StepDetails = { Attempt, NextAttemptTimestamp, ...endingOf(update) };
  execution.at(NextAttemptTimestamp, () => {
    if (operation.Status !== 'PENDING') return;
    operation.Status = 'READY';
    execution.notify(operation);
  });
  const RetryDetails = { CurrentAttempt: Attempt, NextAttemptDelaySeconds };
  if (update.Error === undefined) execution.history.add('StepSucceeded', operation, { Result: { Payload: update.Payload }, RetryDetails });
  else execution.history.add('StepFailed', operation, { Error: { Payload: update.Error }, RetryDetails });
}

function cancel(execution: DurableExecution, operation: Operation): void {
  operation.Status = 'CANCELLED';
  operation.EndTimestamp = execution.now();
  if (operation.Type === 'WAIT') execution.history.add('WaitCancelled', operation, {});
}

function close(execution: DurableExecution, operation: Operation, update: OperationUpdate): void {
  const succeeded = update.Action === 'SUCCEED';
  operation.Status = succeeded ? 'SUCCEEDED' : 'FAILED';
  operation.EndTimestamp = execution.now();
  const Attempt = (operation.StepDetails?.Attempt ?? 0) + 1;
  if (operation.Type === 'STEP') operation.StepDetails = { Attempt, ...endingOf(update) };
  else operation.ContextDetails = { ReplayChildren: update.ContextOptions?.ReplayChildren, ...endingOf(update) };
  const attempts = operation.Type === 'STEP' ? { RetryDetails: { CurrentAttempt: Attempt } } : {};
  const details = succeeded ? { Result: { Payload: update.Payload } } : { Error: { Payload: update.Error } };
  execution.history.add(`${eventPrefix[operation.Type]}${succeeded ? 'Succeeded' : 'Failed'}`, operation, { ...details, ...attempts });
}

function endingOf({ Payload, Error: error }: OperationUpdate): Ending {
  return { ...(Payload === undefined ? {} : { Result: Payload }), ...(error === undefined ? {} : { Error: error }) };
}
