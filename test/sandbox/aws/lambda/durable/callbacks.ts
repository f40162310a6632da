import { randomUUID } from 'node:crypto';
import { AwsError } from '../../http/aws-error.ts';
import type { DurableExecution } from './durable-execution.ts';
import { type ErrorObject, isClosed, type Operation, type OperationUpdate } from './operation.ts';
import { invalid } from './update-rules.ts';

interface Callback {
  readonly execution: DurableExecution;
  readonly operation: Operation;
  readonly heartbeatSeconds: number;
  stopHeartbeat: (() => void) | undefined;
}

/** What executions wait for from outside, by the ids that they gave away. */
export class Callbacks {
  readonly #callbacks = new Map<string, Callback>();

  /** @returns what the history tells of it */
  open(execution: DurableExecution, operation: Operation, { CallbackOptions = {} }: OperationUpdate): Readonly<Record<string, unknown>> {
    const { TimeoutSeconds = 0, HeartbeatTimeoutSeconds = 0 } = CallbackOptions;
    const CallbackId = Buffer.from(JSON.stringify([execution.root.Id, operation.Id, randomUUID()])).toString('base64url');
    operation.CallbackDetails = { CallbackId };
    const callback: Callback = { execution, operation, heartbeatSeconds: HeartbeatTimeoutSeconds, stopHeartbeat: undefined };
    this.#callbacks.set(CallbackId, callback);
    if (TimeoutSeconds > 0) {
      const due = execution.now() + TimeoutSeconds * 1000;
      execution.at(due, () => timeOut(callback, 'Callback timed out'), { isDeadline: true });
    }
    beat(callback);
    return { CallbackId, Timeout: TimeoutSeconds, HeartbeatTimeout: HeartbeatTimeoutSeconds };
  }

  /** @throws AwsError `ResourceNotFoundException` */
  executionOf(id: string): DurableExecution {
    return this.#find(id).execution;
  }

  succeed(id: string, result: string | undefined): void {
    const { execution, operation } = this.#opened(id);
    execution.settle(operation, 'SUCCEEDED', result === undefined ? {} : { Result: result });
  }

  fail(id: string, error: ErrorObject): void {
    const { execution, operation } = this.#opened(id);
    execution.settle(operation, 'FAILED', { Error: error });
  }

  heartbeat(id: string): void {
    beat(this.#opened(id));
  }

  #find(id: string): Callback {
    const callback = this.#callbacks.get(id);
    if (callback === undefined) throw new AwsError('ResourceNotFoundException', 'There is no such callback.', 404);
    return callback;
  }

  /** @throws AwsError `CallbackTimeoutException` when it came too late, `InvalidParameterValueException` when it was answered before */
  #opened(id: string): Callback {
    const callback = this.#find(id);
    if (callback.operation.Status === 'TIMED_OUT') throw new AwsError('CallbackTimeoutException', 'The callback timed out.');
    if (isClosed(callback.operation) || callback.execution.status !== 'RUNNING') throw invalid('The callback is closed already.');
    return callback;
  }
}

function beat(callback: Callback): void {
  const { execution, heartbeatSeconds } = callback;
  callback.stopHeartbeat?.();
  if (heartbeatSeconds === 0) return;
  const due = execution.now() + heartbeatSeconds * 1000;
  callback.stopHeartbeat = execution.at(due, () => timeOut(callback, 'Callback timed out on heartbeat'), { isDeadline: true });
}

function timeOut({ execution, operation }: Callback, ErrorMessage: string): void {
  execution.settle(operation, 'TIMED_OUT', { Error: { ErrorType: 'Callback.Timeout', ErrorMessage } });
}
