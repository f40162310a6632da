import { type AssembledStack, readAssembly } from './assembly.ts';
import { type DeployedStack, deployStack } from './deploy.ts';
import type { Operator } from './iam/identities.ts';
import type { Call } from './journal.ts';
import type { Attempt, LogLine } from './lambda/lambda-function.ts';
import { embeddedMetrics, type Metric } from './metrics.ts';
import type { FireOptions, Firing } from './scheduler/scheduler.ts';
import { openSite } from './site.ts';

export type { Call } from './journal.ts';
export type { Attempt, LogLine } from './lambda/lambda-function.ts';
export type { Metric } from './metrics.ts';
export type { Firing } from './scheduler/scheduler.ts';

export interface AwsOptions {
  /** Folder of a synthesised CDK assembly (`cdk.out`). */
  readonly assembly: string;
  /** Set for every function on top of what its template says. */
  readonly environment?: Readonly<Record<string, string>>;
  /** `eu-west-1` if left out. */
  readonly region?: string;
  /** Milliseconds since 1970. Who gives it owns the clock: the functions' `Date` follows it. */
  readonly now?: () => number;
  /** Each log line as it is written. */
  onLog?(line: LogLine): void;
}

export interface Deployed {
  /** How many. */
  readonly resources: number;
  readonly stacks: Readonly<Record<string, DeployedStack>>;
}

export interface Aws {
  /** Where every service answers. */
  readonly endpoint: string;
  /** Credentials that are allowed everything, for the clients of tests. */
  readonly operator: Operator;
  readonly journal: { calls(filter?: Partial<Call>): readonly Call[] };
  /** All stacks, those that others need first. @throws Error naming stack, logical id and type of what the sandbox does not know. */
  deploy(): Promise<Deployed>;
  /** @throws Error when no such stack is deployed. */
  outputs(stackName: string): Readonly<Record<string, string>>;
  /** Runs a schedule's target as Scheduler does: its role, its retries, its dead-letter queue, an asynchronous invocation. */
  fire(scheduleName: string, options?: FireOptions): Promise<Firing>;
  /** A synchronous invocation by the operator. */
  invoke(functionName: string, payload: unknown): Promise<Attempt>;
  /** In the order of writing; of one request only, where its id is given. */
  logs(functionName: string, requestId?: string): readonly string[];
  /** What CloudWatch would have: embedded metrics of log lines, and Lambda's own `Invocations`, `Errors`, `Duration` and `DestinationDeliveryFailures`. */
  metrics(): readonly Metric[];
  /** Process ids of the containers, by function name. */
  containers(): ReadonlyMap<string, readonly number[]>;
  /** Ends every process, closes every port, removes every file. */
  stop(): Promise<void>;
}

/** AWS on this machine, empty until `deploy`. Every request is decided by the policies of the deployed roles; nothing leaves loopback. */
export async function startAws(options: AwsOptions): Promise<Aws> {
  const { assembly, environment = {}, region = 'eu-west-1', now = Date.now } = options;
  const lines: LogLine[] = [];
  const metrics: Metric[] = [];
  const site = await openSite({
    region,
    environment,
    now: options.now,
    onLog: (line) => {
      lines.push(line);
      metrics.push(...embeddedMetrics(line.text));
      options.onLog?.(line);
    },
    onAttempt: (functionName, attempt) => metrics.push(...lambdaMetrics(functionName, attempt, now())),
    onUndelivered: (functionName) => metrics.push(lambdaMetric(functionName, 'DestinationDeliveryFailures', 1, now())),
  });
  const stacks: Record<string, DeployedStack> = {};
  return {
    endpoint: site.proxy.endpoint,
    operator: site.identities.operator,
    journal: site.journal,
    deploy: async () => {
      const assembled: readonly AssembledStack[] = await readAssembly(assembly);
      const exports = new Map<string, string>();
      for (const stack of assembled) await deployStack(stack, site, { exports, stacks });
      const counts = Object.values(stacks).map(({ resources }) => Object.keys(resources).length);
      return { resources: counts.reduce((sum, count) => sum + count, 0), stacks };
    },
    outputs: (stackName) => {
      const stack = stacks[stackName];
      if (stack === undefined)
        throw new Error(`No stack named ${stackName} is deployed; there are ${Object.keys(stacks).join(', ') || 'none'}.`);
      return stack.outputs;
    },
    fire: (scheduleName, fireOptions = {}) => site.scheduler.fire(scheduleName, fireOptions),
    invoke: (functionName, payload) => site.lambda.invoke(functionName, payload),
    logs: (functionName, requestId) =>
      lines
        .filter((line) => line.functionName === functionName && (requestId === undefined || line.requestId === requestId))
        .map(({ text }) => text),
    metrics: () => [...metrics],
    containers: () => site.lambda.processIds(),
    stop: () => site.close(),
  };
}

function lambdaMetrics(functionName: string, { outcome, durationMs }: Attempt, at: number): readonly Metric[] {
  return [
    lambdaMetric(functionName, 'Invocations', 1, at),
    lambdaMetric(functionName, 'Errors', outcome === 'response' ? 0 : 1, at),
    lambdaMetric(functionName, 'Duration', durationMs, at),
  ];
}

function lambdaMetric(functionName: string, name: string, value: number, at: number): Metric {
  return { namespace: 'AWS/Lambda', name, dimensions: { FunctionName: functionName }, value, at };
}
