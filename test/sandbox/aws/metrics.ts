import type { Attempt } from './lambda/attempt.ts';
import type { Depth } from './messages/emulator.ts';

/** A data point as CloudWatch would have it. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions?: readonly (readonly string[])[];
  readonly Metrics?: readonly { readonly Name: string }[];
}

/**
 * The metrics of one log line in embedded metric format (AWS doc: "CloudWatch embedded metric format: specification").
 * As with CloudWatch, `_aws` must stand at the top: a metric that a JSON log format has wrapped into `message` is none.
 */
export function embeddedMetrics(line: string): readonly Metric[] {
  if (!line.startsWith('{') || !line.includes('"_aws"')) return [];
  const root = parse(line);
  const metadata = root?._aws as { Timestamp?: number; CloudWatchMetrics?: readonly Directive[] } | undefined;
  if (root === undefined || metadata?.CloudWatchMetrics === undefined) return [];
  return metadata.CloudWatchMetrics.flatMap((directive) => pointsOf(directive, root, Number(metadata.Timestamp)));
}

function pointsOf(directive: Directive, root: Readonly<Record<string, unknown>>, at: number): readonly Metric[] {
  const names = (directive.Metrics ?? []).map((metric) => metric.Name);
  return (directive.Dimensions ?? [[]]).flatMap((set) => {
    const dimensions = Object.fromEntries(set.map((name) => [name, String(root[name])]));
    return names.flatMap((name) =>
      [root[name]]
        .flat()
        .filter((value) => typeof value === 'number')
        .map((value) => ({ namespace: directive.Namespace, name, dimensions, value, at })),
    );
  });
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** What Lambda itself says of an invocation. */
export function lambdaMetrics(functionName: string, { outcome, durationMs }: Attempt, at: number): readonly Metric[] {
  return [
    lambdaMetric(functionName, 'Invocations', 1, at),
    lambdaMetric(functionName, 'Errors', outcome === 'response' ? 0 : 1, at),
    lambdaMetric(functionName, 'Duration', durationMs, at),
    lambdaMetric(functionName, 'Throttles', 0, at),
  ];
}

/** What SQS says of a queue every minute; here, of now. */
export function queueMetrics({ name, visible, oldestSeconds }: Depth, at: number): readonly Metric[] {
  const point = { namespace: 'AWS/SQS', dimensions: { QueueName: name }, at };
  return [
    { ...point, name: 'ApproximateNumberOfMessagesVisible', value: visible },
    { ...point, name: 'ApproximateAgeOfOldestMessage', value: oldestSeconds },
  ];
}

export function lambdaMetric(functionName: string, name: string, value: number, at: number): Metric {
  return { namespace: 'AWS/Lambda', name, dimensions: { FunctionName: functionName }, value, at };
}
