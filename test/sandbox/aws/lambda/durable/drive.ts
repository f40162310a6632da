import { randomUUID } from 'node:crypto';
import { pageOf } from '../../http/page.ts';
import type { Attempt } from '../attempt.ts';
import type { Target } from '../lambda-function.ts';
import type { DurableExecution } from './durable-execution.ts';
import { type ErrorObject, isPending } from './operation.ts';
import { visibleOperations } from './visible-operations.ts';
import { isoTime, wire } from './wire.ts';

/** Operations that come with the event; the function asks for the others. */
const firstPage = 100;
/** Between an invocation that failed and the next: AWS does not say. */
const firstBackoff = 1000;
const longestBackoff = 300_000;

interface Output {
  readonly Status?: string;
  readonly Result?: string;
  readonly Error?: ErrorObject;
}

/** Invokes an execution's function, never twice at a time, whenever something has happened that it should know. */
export class Driver {
  readonly #invoke: (target: Target, text: string) => Promise<Attempt>;
  #isAwake = false;
  #isDriving = false;
  #failures = 0;

  constructor(invoke: (target: Target, text: string) => Promise<Attempt>) {
    this.#invoke = invoke;
  }

  wake(execution: DurableExecution): void {
    this.#isAwake = true;
    if (!this.#isDriving) void this.#drive(execution);
  }

  async #drive(execution: DurableExecution): Promise<void> {
    this.#isDriving = true;
    // Whoever woke it finishes first what it is doing.
    await Promise.resolve();
    while (this.#isAwake && execution.status === 'RUNNING') {
      this.#isAwake = false;
      await this.#once(execution);
    }
    this.#isDriving = false;
  }

  async #once(execution: DurableExecution): Promise<void> {
    execution.fence();
    const startedAt = execution.now();
    const attempt = await this.#invoke(execution.target, invocationEvent(execution)).catch(asAttempt);
    // Whatever the invocation has left behind cannot checkpoint any more.
    execution.fence();
    const failure = attempt.outcome === 'response' ? undefined : errorOf(attempt);
    execution.history.add('InvocationCompleted', undefined, {
      StartTimestamp: startedAt,
      EndTimestamp: execution.now(),
      RequestId: attempt.requestId,
      Error: { Payload: failure },
    });
    if (execution.status !== 'RUNNING') return;
    if (failure === undefined) this.#take(execution, (attempt.payload ?? {}) as Output);
    else this.#tryAgain(execution);
  }

  #take(execution: DurableExecution, { Status, Result, Error: error = {} }: Output): void {
    this.#failures = 0;
    if (Status === 'SUCCEEDED') execution.end('SUCCEEDED', Result === undefined ? {} : { Result });
    else if (Status === 'FAILED') execution.end('FAILED', { Error: error });
    else if (Status !== 'PENDING' || !maySuspend(execution)) execution.end('FAILED', { Error: invalidOutput });
    // What has settled while the invocation ran may have come too late for its last checkpoint.
    else if (execution.changed.size > 0) this.#isAwake = true;
  }

  #tryAgain(execution: DurableExecution): void {
    const delay = Math.min(firstBackoff * 2 ** this.#failures, longestBackoff);
    this.#failures += 1;
    execution.at(execution.now() + delay, () => this.wake(execution));
  }
}

const invalidOutput: ErrorObject = {
  ErrorType: 'Execution.InvalidOutput',
  ErrorMessage: 'The invocation answered with an unknown status, or with PENDING while nothing is pending.',
};

function maySuspend({ changed, operations }: DurableExecution): boolean {
  return changed.size > 0 || operations.values().some(isPending);
}

function invocationEvent(execution: DurableExecution): string {
  const { items, next } = pageOf(visibleOperations(execution), undefined, firstPage, 'InvalidParameterValueException');
  return JSON.stringify({
    DurableExecutionArn: execution.arn,
    CheckpointToken: execution.token,
    UpdatedOperationIds: execution.takeChanged(),
    InitialExecutionState: { Operations: wire(items, isoTime), ...(next === undefined ? {} : { NextMarker: next }) },
  });
}

function errorOf({ payload }: Attempt): ErrorObject {
  const { errorType, errorMessage, trace } = (payload ?? {}) as { errorType?: string; errorMessage?: string; trace?: readonly string[] };
  return { ErrorType: errorType, ErrorMessage: errorMessage, StackTrace: trace };
}

/** Lambda itself could not invoke: the version is gone, for one. */
function asAttempt(error: unknown): Attempt {
  const errorMessage = error instanceof Error ? error.message : String(error);
  const payload = { errorType: 'Execution.InvocationFailed', errorMessage };
  return { outcome: 'error', payload, durationMs: 0, requestId: randomUUID(), coldStart: false, executedVersion: '' };
}
