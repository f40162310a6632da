import type { Aws, AwsOptions } from './aws.ts';
import { SandboxClock } from './clock.ts';
import { deployAssembly, destroyStacks, summaryOf } from './cloudformation/deploy-assembly.ts';
import { unusedGrants } from './iam/unused-grants.ts';
import type { LogLine } from './lambda/attempt.ts';
import { embeddedMetrics, lambdaMetric, lambdaMetrics, type Metric, queueMetrics } from './metrics.ts';
import { Ring } from './ring.ts';
import { nextDue } from './scheduler/next-due.ts';
import { openSite } from './site.ts';

export type { Aws, AwsOptions, Deployed } from './aws.ts';
export type { Remaining } from './cloudformation/stack-record.ts';
export type { Fault, FaultMatch } from './faults/fault.ts';
export type { UnusedGrant } from './iam/unused-grants.ts';
export type { Call } from './journal.ts';
export type { Attempt, LogLine } from './lambda/attempt.ts';
export type { Metric } from './metrics.ts';
export type { Firing } from './scheduler/deliver.ts';

/** As many log lines and data points are kept at least. */
const kept = 200_000;

/** AWS on this machine, empty until `deploy`. Every request is decided by the policies of the deployed roles; nothing leaves loopback. */
export async function startAws(options: AwsOptions): Promise<Aws> {
  const { assembly, environment = {}, region = 'eu-west-1' } = options;
  const clock = new SandboxClock(options);
  const { now } = clock;
  const lines = new Ring<LogLine>(kept);
  const metrics = new Ring<Metric>(kept);
  const site = await openSite({
    region,
    environment,
    clock,
    port: options.port,
    lambda: options.lambda ?? {},
    onLog: (line) => {
      lines.add(line);
      metrics.add(...embeddedMetrics(line.text));
      options.onLog?.(line);
    },
    onCall: (call) => options.onCall?.(call),
    onAttempt: (functionName, attempt) => metrics.add(...lambdaMetrics(functionName, attempt, now())),
    onThrottled: (functionName) => metrics.add(lambdaMetric(functionName, 'Throttles', 1, now())),
    onUndelivered: (functionName) => metrics.add(lambdaMetric(functionName, 'DestinationDeliveryFailures', 1, now())),
  });
  const { stacks } = site.book;
  return {
    endpoint: site.proxy.endpoint,
    operator: site.identities.operator,
    operations: site.proxy.operations,
    journal: site.journal,
    faults: site.faults,
    deploy: (changed = assembly, options = {}) =>
      deployAssembly(changed, site, site.book, now(), options).finally(() => site.logWriter.forget()),
    destroy: (only) => destroyStacks(site, site.book, only),
    stacks: () => [...stacks.keys()],
    remains: () => [...site.book.remains],
    outputs: (stackName) => {
      const stack = stacks.get(stackName);
      if (stack === undefined)
        throw new Error(`No stack named ${stackName} is deployed; there are ${[...stacks.keys()].join(', ') || 'none'}.`);
      return summaryOf(stack).outputs;
    },
    fire: (scheduleName, fireOptions = {}) => site.scheduler.fire(scheduleName, fireOptions),
    schedules: () =>
      site.scheduler.schedules.map((schedule) => {
        const { name, expression, timeZone, enabled, functionArn } = schedule;
        const due = enabled ? nextDue(schedule, now()) : undefined;
        return { name, expression, timeZone, enabled, functionArn, ...(due === undefined ? {} : { nextDue: due }) };
      }),
    timetable: site.timetable,
    invoke: (functionName, payload) => site.lambda.invoke(functionName, payload),
    logs: (functionName, requestId) =>
      lines.entries
        .filter((line) => line.functionName === functionName && (requestId === undefined || line.requestId === requestId))
        .map(({ text }) => text),
    metrics: () => [...metrics.entries, ...site.messages.depths().flatMap((depth) => queueMetrics(depth, now()))],
    containers: () => site.lambda.processIds(),
    now,
    advance: (milliseconds) => clock.advance(milliseconds),
    events: {
      drain: () => site.eventSources.drain(),
      start: () => site.eventSources.start(),
    },
    unusedGrants: () => unusedGrants(site.identities.roles, site.journal.calls(), site.authorizer),
    sweepExpired: () => site.dynamodb.sweepExpired(now()),
    kill: (target) => site.lambda.kill(target),
    stop: async () => {
      clock.stop();
      await site.close();
    },
  };
}
