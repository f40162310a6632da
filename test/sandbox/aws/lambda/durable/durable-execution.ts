import { randomUUID } from 'node:crypto';
import type { SandboxClock } from '../../clock.ts';
import type { Target } from '../lambda-function.ts';
import { eventPrefix, eventSuffix, History } from './history.ts';
import { type ClosedStatus, type Ending, isClosed, type Operation } from './operation.ts';

/** AWS: the longest that an execution may take. */
const longest = 366 * 86_400;

export interface DurableExecutionOptions {
  readonly target: Target;
  readonly input: string;
  readonly name: string | undefined;
  readonly clock: SandboxClock;
  /** Something has changed that the function should know. */
  wake(): void;
}

/** One durable execution: its operations, its history, and the token that only the latest checkpoint has. */
export class DurableExecution {
  readonly arn: string;
  readonly name: string;
  readonly target: Target;
  readonly input: string;
  readonly startedAt: number;
  readonly history: History;
  readonly root: Operation;
  readonly operations = new Map<string, Operation>();
  /** Ids of what has changed since the function last heard of its operations. */
  readonly changed = new Set<string>();
  /** The last checkpoint's client token and answer, for a caller who lost it. */
  lastAnswer: { readonly clientToken: string; readonly answer: unknown } | undefined;
  /** Of all payloads and errors. */
  bytes: number;
  status: 'RUNNING' | ClosedStatus = 'RUNNING';
  endedAt: number | undefined;
  ending: Ending = {};
  /** Settles when the execution is closed. */
  readonly closed: Promise<void>;
  readonly #options: DurableExecutionOptions;
  readonly #timers = new Set<() => void>();
  readonly #close: () => void;
  #turn = 0;
  #checkpoints = 0;

  constructor(options: DurableExecutionOptions) {
    const { target, input, clock } = options;
    const id = randomUUID();
    const { arn, version, durable } = target.version.configuration;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#options = options;
    this.#close = resolve;
    this.closed = promise;
    this.target = target;
    this.input = input;
    this.name = options.name ?? id;
    this.arn = `${arn}:${version}/durable-execution/${this.name}/${id}`;
    this.startedAt = clock.now();
    this.bytes = Buffer.byteLength(input);
    this.history = new History(clock.now);
    const ExecutionDetails = { InputPayload: input };
    this.root = { Id: id, Type: 'EXECUTION', Status: 'STARTED', StartTimestamp: this.startedAt, ExecutionDetails };
    this.operations.set(id, this.root);
    const timeout = durable?.executionTimeoutSeconds ?? longest;
    this.history.add('ExecutionStarted', this.root, { Input: { Payload: input }, ExecutionTimeout: timeout });
    const late = { ErrorType: 'Execution.TimedOut', ErrorMessage: 'The durable execution timed out' };
    this.at(this.startedAt + timeout * 1000, () => this.end('TIMED_OUT', { Error: late }), { isDeadline: true });
  }

  now(): number {
    return this.#options.clock.now();
  }

  /** Once, unless the execution is closed before. @returns what calls it off */
  at(time: number, run: () => void, options: { readonly isDeadline?: boolean } = {}): () => void {
    const cancel = this.#options.clock.at(
      time,
      () => {
        this.#timers.delete(cancel);
        run();
      },
      options,
    );
    this.#timers.add(cancel);
    return cancel;
  }

  /** Whoever holds the present one may checkpoint. */
  get token(): string {
    return Buffer.from(JSON.stringify([this.root.Id, this.#turn, this.#checkpoints])).toString('base64');
  }

  /** A new invocation begins, or one has ended: tokens of before are void. */
  fence(): void {
    this.#turn += 1;
    this.#checkpoints = 0;
    this.lastAnswer = undefined;
  }

  /** @returns the token that replaces the one just used */
  nextToken(): string {
    this.#checkpoints += 1;
    return this.token;
  }

  /** What has changed since it was asked last. */
  takeChanged(): readonly string[] {
    const ids = [...this.changed];
    this.changed.clear();
    return ids;
  }

  /** Something that the function waits for has changed. */
  notify(operation: Operation): void {
    if (this.status !== 'RUNNING') return;
    this.changed.add(operation.Id);
    this.#options.wake();
  }

  /** An operation ends on the service's side: a wait is over, a callback answered, an invoked function has finished. */
  settle(operation: Operation, status: ClosedStatus, ending: Ending = {}): void {
    if (this.status !== 'RUNNING' || isClosed(operation)) return;
    operation.Status = status;
    operation.EndTimestamp = this.now();
    if (operation.CallbackDetails !== undefined) operation.CallbackDetails = { ...operation.CallbackDetails, ...ending };
    if (operation.Type === 'CHAINED_INVOKE') operation.ChainedInvokeDetails = ending;
    const waited = { Duration: (operation.EndTimestamp - operation.StartTimestamp) / 1000 };
    const details = operation.Type === 'WAIT' ? waited : endingDetails(ending, status);
    this.history.add(`${eventPrefix[operation.Type]}${eventSuffix[status]}`, operation, details);
    this.notify(operation);
  }

  end(status: ClosedStatus, ending: Ending): void {
    if (this.status !== 'RUNNING') return;
    this.status = status;
    this.ending = ending;
    this.endedAt = this.now();
    this.fence();
    for (const cancel of this.#timers) cancel();
    this.history.add(`Execution${eventSuffix[status]}`, this.root, endingDetails(ending, status));
    this.#close();
  }

  /** What a synchronous caller gets, once the execution is closed; JSON. */
  async outcome(): Promise<string> {
    await this.closed;
    const { Result, Error: error = {} } = this.ending;
    if (this.status === 'SUCCEEDED') return Result ?? 'null';
    return JSON.stringify({ errorType: error.ErrorType, errorMessage: error.ErrorMessage, stackTrace: error.StackTrace });
  }
}

function endingDetails({ Result, Error: error }: Ending, status: ClosedStatus): Readonly<Record<string, unknown>> {
  return status === 'SUCCEEDED' ? { Result: { Payload: Result } } : { Error: { Payload: error } };
}
