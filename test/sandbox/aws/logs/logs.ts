import { AwsError } from '../http/aws-error.ts';
import { type Input, type JsonOperation, jsonService, textOf } from '../http/json-service.ts';
import { type Page, pageOf, pageSize } from '../http/page.ts';
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
        const { items, next } = paged(groups.list(textOf(input, 'logGroupNamePrefix') ?? ''), input, 50);
        return { logGroups: items.map((group) => describeGroup(group, arn(group.name))), nextToken: next };
      },
    },
    DescribeLogStreams: onGroup('DescribeLogStreams', (input) => {
      const group = find(input);
      const prefix = textOf(input, 'logStreamNamePrefix') ?? '';
      const names = [...new Set(group.events.map(({ stream }) => stream))].filter((name) => name.startsWith(prefix)).sort();
      const { items, next } = paged(input.descending === true ? names.reverse() : names, input, 50);
      return { logStreams: items.map((name) => describeStream(group, name, arn(group.name))), nextToken: next };
    }),
    GetLogEvents: onGroup(
      'GetLogEvents',
      (input) => {
        const stream = textOf(input, 'logStreamName');
        const events = find(input).events.filter((event) => event.stream === stream && isWithin(event, input));
        return pageOfStream(events, input);
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
      const { items, next } = paged(found, input, defaultLimit);
      return {
        events: items.map((event) => ({ ...plain(event), logStreamName: event.stream, eventId: event.id })),
        nextToken: next,
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

function paged<T>(all: readonly T[], input: Input, most: number): Page<T> {
  return pageOf(all, textOf(input, 'nextToken'), pageSize(input.limit, most), 'InvalidParameterException');
}

/** A page of a stream, with tokens both ways. AWS doc: at the end of the stream the token that was sent comes back. */
function pageOfStream(events: readonly LogEvent[], input: Input) {
  const token = textOf(input, 'nextToken');
  const size = pageSize(input.limit, defaultLimit);
  const [, way, place] = /^([fb])\/(\d+)$/.exec(token ?? '') ?? [];
  if (token !== undefined && way === undefined) throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  const first = input.startFromHead === true ? 0 : Math.max(0, events.length - size);
  const start = way === 'b' ? Math.max(0, Number(place) - size) : Math.min(Number(place ?? first), events.length);
  const end = way === 'b' ? Number(place) : Math.min(start + size, events.length);
  return { events: events.slice(start, end).map(plain), nextForwardToken: `f/${end}`, nextBackwardToken: `b/${start}` };
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
