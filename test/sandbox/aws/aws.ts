import type { GivenParameters } from './cloudformation/parameters.ts';
import type { Remaining } from './cloudformation/stack-record.ts';
import type { Faults } from './faults/faults.ts';
import type { Operator } from './iam/identities.ts';
import type { UnusedGrant } from './iam/unused-grants.ts';
import type { Call } from './journal.ts';
import type { Attempt, LogLine } from './lambda/attempt.ts';
import type { Drained } from './lambda/event-sources/event-sources.ts';
import type { LambdaOptions } from './lambda/lambda-host.ts';
import type { Metric } from './metrics.ts';
import type { Firing } from './scheduler/deliver.ts';
import type { FireOptions } from './scheduler/scheduler.ts';

export interface AwsOptions {
  /** Folder of a synthesised CDK assembly (`cdk.out`). */
  readonly assembly: string;
  /** Set for every function on top of what its template says. */
  readonly environment?: Readonly<Record<string, string>>;
  /** `eu-west-1` if left out. */
  readonly region?: string;
  /** Of the one address of every service; any free one if left out. */
  readonly port?: number;
  /** Milliseconds since 1970. Who gives it owns the clock: the functions' `Date` follows it. */
  readonly now?: () => number;
  /** With a clock of its own, the sandbox jumps to the next wait or retry of a durable execution whenever nothing runs. */
  readonly skipsWaits?: boolean;
  readonly lambda?: LambdaOptions;
  /** Each log line as it is written. */
  onLog?(line: LogLine): void;
  /** Each permission as it is asked for: what was asked has not been done yet. */
  onCall?(call: Call): void;
}

export interface DeployedStack {
  readonly outputs: Readonly<Record<string, string>>;
  /** Logical ids to physical ids (what `Ref` gives). */
  readonly resources: Readonly<Record<string, string>>;
}

export interface Deployed {
  /** How many. */
  readonly resources: number;
  readonly stacks: Readonly<Record<string, DeployedStack>>;
  /** What this deployment no longer needs and left standing. */
  readonly remains: readonly Remaining[];
}

export interface DeployOptions {
  /** Names; all stacks of the assembly if left out. */
  readonly stacks?: readonly string[];
  readonly parameters?: GivenParameters;
}

export interface ScheduleState {
  readonly name: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly enabled: boolean;
  /** With the alias that it invokes. */
  readonly functionArn: string;
  /** Milliseconds since 1970; absent where it is off, and where it is never due again. */
  readonly nextDue?: number;
}

export interface Aws {
  /** Where every service answers. */
  readonly endpoint: string;
  /** Credentials that are allowed everything, for the clients of tests. */
  readonly operator: Operator;
  /** All that is known of each service, by signing name; anything else is refused. */
  readonly operations: Readonly<Record<string, readonly string[]>>;
  /** The newest 200,000 calls at least; polls of queues that find nothing are in it once. */
  readonly journal: { calls(filter?: Partial<Call>): readonly Call[]; latest(count: number): readonly Call[] };
  /** What goes wrong with requests that the policies allow. */
  readonly faults: Pick<Faults, 'once' | 'always' | 'clear'>;
  /**
   * All stacks, those that others need first. Once more with another assembly, it updates: what is new is made, what changed is changed or
   * replaced, what is gone is deleted unless its policy retains it.
   * @param assembly the one that the sandbox was started with if left out
   * @throws Error naming stack, logical id and type of what the sandbox does not know; that stack is what it was before
   */
  deploy(assembly?: string, options?: DeployOptions): Promise<Deployed>;
  /**
   * Deletes stacks, those that others need last.
   * @param stacks names; all if left out
   * @returns what remains, and why
   * @throws Error for a stack whose termination protection is on
   */
  destroy(stacks?: readonly string[]): Promise<readonly Remaining[]>;
  /** Names of the stacks that are deployed. */
  stacks(): readonly string[];
  /** What deployments and destructions have left standing so far, failed ones too. */
  remains(): readonly Remaining[];
  /** @throws Error when no such stack is deployed. */
  outputs(stackName: string): Readonly<Record<string, string>>;
  /** Runs a schedule's target now, as Scheduler does: its role, its retries, its dead-letter queue, an asynchronous invocation. */
  fire(scheduleName: string, options?: FireOptions): Promise<Firing>;
  /** Schedules become due by the clock only from `start` on: until then, and besides, whoever wants a run fires it. */
  readonly timetable: { start(): void };
  /** By name. */
  schedules(): readonly ScheduleState[];
  /** A synchronous invocation by the operator. */
  invoke(functionName: string, payload: unknown): Promise<Attempt>;
  /** In the order of writing; of one request only, where its id is given. */
  logs(functionName: string, requestId?: string): readonly string[];
  /**
   * What CloudWatch would have: embedded metrics of log lines, Lambda's own `Invocations`, `Errors`, `Duration`, `Throttles` and
   * `DestinationDeliveryFailures`, and how many messages each queue has now, the oldest how old.
   */
  metrics(): readonly Metric[];
  /** Process ids of the containers, by function name. */
  containers(): ReadonlyMap<string, readonly number[]>;
  /** Milliseconds since 1970, on the sandbox's clock. */
  now(): number;
  /**
   * Moves the clock on and waits for what becomes due: schedules of the timetable; waits, retries and timeouts of durable executions.
   * @throws Error when the clock is the machine's, because no `now` was given
   */
  advance(milliseconds: number): Promise<void>;
  /** SQS event sources, which only `drain` and `start` set going. */
  readonly events: {
    /** Invokes until no polled queue has a visible message left and no asynchronous event is under way. */
    drain(): Promise<Drained>;
    /** Polls without end, as AWS does. */
    start(): void;
  };
  /** What the deployed roles may do and no call so far has needed. */
  unusedGrants(): readonly UnusedGrant[];
  /** Deletes the items of tables whose time is over, as DynamoDB does sooner or later. @returns how many */
  sweepExpired(): Promise<number>;
  /** Kills one container (by process id), or all of a function (by name or ARN), in the middle of whatever they do. @returns how many */
  kill(target: number | string): Promise<number>;
  /** Ends every process, closes every port, removes every file. */
  stop(): Promise<void>;
}
