import type { SandboxClock } from '../../clock.ts';
import { AwsError } from '../../http/aws-error.ts';
import type { Decision, Need } from '../../iam/authorize.ts';
import type { Role } from '../../iam/identities.ts';
import type { Attempt } from '../attempt.ts';
import type { Target } from '../lambda-function.ts';
import { Callbacks } from './callbacks.ts';
import { chainedInvoke } from './chained-invoke.ts';
import { type CheckpointInput, checkpoint } from './checkpoint.ts';
import { Driver } from './drive.ts';
import { DurableExecution } from './durable-execution.ts';
import { invalid } from './update-rules.ts';

export interface DurableHost {
  readonly clock: SandboxClock;
  /** Decides and writes into the journal. */
  ask(role: Role, needs: readonly Need[]): Decision;
  /** By name or ARN, with or without a qualifier. @throws AwsError `ResourceNotFoundException` */
  target(reference: string): Target;
  /** One invocation of an execution's function. */
  attempt(target: Target, text: string): Promise<Attempt>;
  /** A synchronous invocation, of whatever kind of function. */
  run(target: Target, text: string): Promise<Attempt>;
}

export interface StartOptions {
  readonly name?: string | undefined;
}

/** Seconds: a synchronous caller waits no longer. */
const longestSynchronous = 900;

/** Every durable execution of the deployment, open or closed. Closed ones stay: retention is not simulated. */
export class DurableExecutions {
  readonly callbacks = new Callbacks();
  readonly #host: DurableHost;
  readonly #executions = new Map<string, DurableExecution>();

  constructor(host: DurableHost) {
    this.#host = host;
  }

  /**
   * Starts an execution of the version that the target stands for now; with a name that has one already, gives that one.
   * @throws AwsError `InvalidParameterValueException` for an unqualified target, `DurableExecutionAlreadyStartedException` for another payload
   */
  start(target: Target, input: string, { name }: StartOptions = {}): DurableExecution {
    if (target.qualifier === undefined) throw invalid('You cannot invoke a durable function using an unqualified ARN.');
    const known = name === undefined ? undefined : this.#named(target, name);
    if (known !== undefined) return sameExecution(known, input);
    const driver = new Driver(this.#host.attempt);
    const wake = () => driver.wake(execution);
    const execution: DurableExecution = new DurableExecution({ target, input, name, clock: this.#host.clock, wake });
    this.#executions.set(execution.arn, execution);
    wake();
    return execution;
  }

  /** A synchronous invocation: waits for the execution's end. @throws AwsError */
  async run(target: Target, input: string): Promise<Attempt> {
    this.refuseSynchronous(target);
    const startedAt = performance.now();
    const execution = this.start(target, input);
    const payload: unknown = JSON.parse(await execution.outcome());
    return {
      outcome: execution.status === 'SUCCEEDED' ? 'response' : 'error',
      payload,
      durationMs: performance.now() - startedAt,
      requestId: execution.root.Id,
      coldStart: false,
      executedVersion: target.version.configuration.version,
    };
  }

  /** @throws AwsError `InvalidParameterValueException` when an execution may take longer than a caller waits */
  refuseSynchronous({ version }: Target): void {
    const timeout = version.configuration.durable?.executionTimeoutSeconds ?? 0;
    if (timeout <= longestSynchronous) return;
    throw invalid('You cannot synchronously invoke a durable function with an executionTimeout greater than 15 minutes.');
  }

  checkpoint(arn: string, input: CheckpointInput): unknown {
    const chain = chainedInvoke(this, this.#host);
    return checkpoint(this.find(arn), input, { callbacks: this.callbacks, chain });
  }

  /** @throws AwsError `ResourceNotFoundException` */
  find(arn: string): DurableExecution {
    const execution = this.#executions.get(arn);
    if (execution === undefined) throw new AwsError('ResourceNotFoundException', `There is no durable execution ${arn}.`, 404);
    return execution;
  }

  /** In the order of their starts. */
  list(): readonly DurableExecution[] {
    return [...this.#executions.values()];
  }

  /** Ends all that run, so that nothing is invoked any more. */
  stop(): void {
    const error = { ErrorType: 'Execution.Stopped', ErrorMessage: 'The sandbox was stopped.' };
    for (const execution of this.#executions.values()) execution.end('STOPPED', { Error: error });
  }

  #named(target: Target, name: string): DurableExecution | undefined {
    const functionName = target.version.configuration.name;
    return this.list().find((each) => each.name === name && each.target.version.configuration.name === functionName);
  }
}

function sameExecution(execution: DurableExecution, input: string): DurableExecution {
  if (execution.input === input) return execution;
  const message = `The execution ${execution.name} was started with another payload.`;
  throw new AwsError('DurableExecutionAlreadyStartedException', message, 409);
}
