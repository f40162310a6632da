import { AwsError } from '../http/aws-error.ts';
import { type Input, type JsonOperation, jsonService, textOf } from '../http/json-service.ts';
import type { Service } from '../service.ts';
import { filterPattern } from './filter-pattern.ts';
import type { LogEvent, LogGroup, LogGroups } from './log-events.ts';

const defaultLimit = 10_000;

/** What reads CloudWatch Logs: groups, streams, events. Writing is Lambda's. */
export function cloudWatchLogs(groups: LogGroups, region: string, accountId: string): Service {
  const arn = (name: string) => `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
  const find = (input: Input): LogGroup => {
    const group = groups.find(nameOf(input));
    if (group === undefined) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  };
  const onGroup = (action: string, answer: JsonOperation['answer'], suffix = ':*'): JsonOperation => ({
    needs: (input) => [{ action: `logs:${action}`, resource: `${arn(nameOf(input))}${suffix}` }],
    answer,
  });
  return jsonService('logs', 'Logs_20140328.', {
    DescribeLogGroups: {
      needs: () => [{ action: 'logs:DescribeLogGroups', resource: arn('*') }],
      answer: (input) => {
        const { page, nextToken } = pageOf(groups.list(textOf(input, 'logGroupNamePrefix') ?? ''), input, 50);
        return { logGroups: page.map((group) => describeGroup(group, arn(group.name))), nextToken };
      },
    },
    DescribeLogStreams: onGroup('DescribeLogStreams', (input) => {
      const group = find(input);
      const prefix = textOf(input, 'logStreamNamePrefix') ?? '';
      const names = [...new Set(group.events.map(({ stream }) => stream))].filter((name) => name.startsWith(prefix)).sort();
      const { page, nextToken } = pageOf(input.descending === true ? names.reverse() : names, input, 50);
      return { logStreams: page.map((name) => describeStream(group, name, arn(group.name))), nextToken };
    }),
    GetLogEvents: onGroup(
      'GetLogEvents',
      (input) => {
        const stream = textOf(input, 'logStreamName');
        const events = find(input).events.filter((event) => event.stream === stream && isWithin(event, input));
        return { events: events.map(plain), nextForwardToken: `f/${events.at(-1)?.id ?? 0}`, nextBackwardToken: `b/${events[0]?.id ?? 0}` };
      },
      ':log-stream:*',
    ),
    FilterLogEvents: onGroup('FilterLogEvents', (input) => {
      const matches = filterPattern(textOf(input, 'filterPattern') ?? '');
      const names = input.logStreamNames as readonly string[] | undefined;
      const prefix = textOf(input, 'logStreamNamePrefix') ?? '';
      const found = find(input).events.filter(
        (event) => isWithin(event, input) && (names?.includes(event.stream) ?? event.stream.startsWith(prefix)) && matches(event.message),
      );
      const { page, nextToken } = pageOf(found, input, defaultLimit);
      return {
        events: page.map((event) => ({ ...plain(event), logStreamName: event.stream, eventId: event.id })),
        nextToken,
        searchedLogStreams: [],
      };
    }),
  });
}

/** `logGroupIdentifier` may be an ARN. */
function nameOf(input: Input): string {
  const identifier = textOf(input, 'logGroupName') ?? textOf(input, 'logGroupIdentifier') ?? '';
  return identifier.replace(/^arn:[^:]+:logs:[^:]*:\d*:log-group:/, '').replace(/:\*$/, '');
}

/** AWS doc: a start is inclusive, an end exclusive for events of a stream; FilterLogEvents leaves out what is later than its end. */
function isWithin({ at }: LogEvent, { startTime, endTime }: Input): boolean {
  return (startTime === undefined || at >= Number(startTime)) && (endTime === undefined || at <= Number(endTime));
}

function pageOf<T>(all: readonly T[], input: Input, most: number): { page: readonly T[]; nextToken: string | undefined } {
  const start = Number(textOf(input, 'nextToken') ?? 0);
  const end = start + Math.min(Number(input.limit ?? most), most);
  return { page: all.slice(start, end), nextToken: end < all.length ? String(end) : undefined };
}

function plain({ at, message }: LogEvent): object {
  return { timestamp: at, ingestionTime: at, message };
}

function describeGroup({ name, createdAt, retentionDays, events }: LogGroup, arn: string): object {
  const storedBytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + 26, 0);
  return { logGroupName: name, creationTime: createdAt, retentionInDays: retentionDays, storedBytes, arn: `${arn}:*`, logGroupArn: arn };
}

function describeStream({ events }: LogGroup, logStreamName: string, groupArn: string): object {
  const own = events.filter(({ stream }) => stream === logStreamName);
  const [first, last] = [own[0]?.at, own.at(-1)?.at];
  const arn = `${groupArn}:log-stream:${logStreamName}`;
  return { logStreamName, creationTime: first, firstEventTimestamp: first, lastEventTimestamp: last, lastIngestionTime: last, arn };
}
