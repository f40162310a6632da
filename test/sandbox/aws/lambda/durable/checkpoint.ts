import { applyUpdate, type Effects } from './apply-update.ts';
import type { DurableExecution } from './durable-execution.ts';
import type { Operation, OperationUpdate } from './operation.ts';
import { bytesOf, checkUpdates, invalid } from './update-rules.ts';
import { epochSeconds, wire } from './wire.ts';

export interface CheckpointInput {
  readonly CheckpointToken: string;
  readonly ClientToken?: string;
  readonly Updates?: readonly OperationUpdate[];
}

/**
 * Takes an execution's updates, all or none. The answer tells of everything that has changed since the last one.
 * @throws AwsError `InvalidParameterValueException`: for a token that is not the present one the message begins as the SDK expects it
 */
export function checkpoint(execution: DurableExecution, input: CheckpointInput, effects: Effects): unknown {
  const { CheckpointToken, ClientToken, Updates = [] } = input;
  const { lastAnswer } = execution;
  if (ClientToken !== undefined && lastAnswer?.clientToken === ClientToken) return lastAnswer.answer;
  refuseForeignToken(execution, CheckpointToken);
  checkUpdates(execution, Updates);
  const changed = new Set(execution.takeChanged());
  for (const update of Updates) {
    execution.bytes += bytesOf(update);
    applyUpdate(execution, update, effects);
    changed.add(update.Type === 'EXECUTION' ? execution.root.Id : update.Id);
  }
  const operations = [...changed].flatMap((id): Operation[] => {
    const operation = execution.operations.get(id);
    return operation === undefined ? [] : [operation];
  });
  const answer = { CheckpointToken: execution.nextToken(), NewExecutionState: { Operations: wire(operations, epochSeconds) } };
  execution.lastAnswer = ClientToken === undefined ? undefined : { clientToken: ClientToken, answer };
  return answer;
}

/** @throws AwsError `InvalidParameterValueException` */
export function refuseForeignToken(execution: DurableExecution, token: string | undefined): void {
  if (execution.status !== 'RUNNING' || token !== execution.token) throw invalid('Invalid Checkpoint Token');
}
