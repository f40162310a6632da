import { AwsError } from '../http/aws-error.ts';
import type { AwsRequest } from '../http/aws-request.ts';
import { type Input, textOf } from '../http/json-service.ts';
import { pageOf, pageSize } from '../http/page.ts';
import type { Need } from '../iam/authorize.ts';
import type { Service } from '../service.ts';
import { checkExpression } from './expression.ts';
import type { Schedule, Scheduler } from './scheduler.ts';

interface Answerable {
  readonly needs: readonly [Need, ...Need[]];
  answer(): unknown;
}

interface Route {
  readonly name: string;
  readonly method: string;
  readonly pattern: RegExp;
  operation(request: AwsRequest): Answerable | Promise<Answerable>;
}

/** Schedules of one answer. */
const pageLimit = 100;

/** GetSchedule, ListSchedules, and UpdateSchedule of everything but the target. */
export function schedulerService(scheduler: Scheduler, region: string, accountId: string): Service {
  const arn = (name: string, group: string) => `arn:aws:scheduler:${region}:${accountId}:schedule/${group}/${name}`;
  const find = (name: string, group: string): Schedule => {
    const schedule = scheduler.find(name);
    if (schedule?.group === group) return schedule;
    throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
  };
  const list = ({ query }: AwsRequest): Answerable => ({
    needs: [{ action: 'scheduler:ListSchedules', resource: arn('*', query.get('ScheduleGroup') ?? '*') }],
    answer: () => {
      const size = pageSize(query.get('MaxResults') ?? undefined, pageLimit);
      const { items, next } = pageOf(listed(scheduler.schedules, query), query.get('NextToken'), size, 'ValidationException');
      return { Schedules: items.map(summaryOf), NextToken: next };
    },
  });
  const get = (name: string, group: string): Answerable => ({
    needs: [{ action: 'scheduler:GetSchedule', resource: arn(name, group) }],
    answer: () => describe(find(name, group)),
  });
  const update = (name: string, input: Input): Answerable => {
    const group = textOf(input, 'GroupName') ?? 'default';
    const role = textOf((input.Target ?? {}) as Input, 'RoleArn') ?? '*';
    const passing = { action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'scheduler.amazonaws.com' } };
    return {
      needs: [{ action: 'scheduler:UpdateSchedule', resource: arn(name, group) }, passing],
      answer: () => {
        scheduler.add(changed(find(name, group), input));
        return { ScheduleArn: arn(name, group) };
      },
    };
  };
  const nameIn = ({ path }: AwsRequest) => decodeURIComponent(path.split('/')[2] ?? '');
  const routes: readonly Route[] = [
    { name: 'ListSchedules', method: 'GET', pattern: /^\/schedules$/, operation: list },
    {
      name: 'GetSchedule',
      method: 'GET',
      pattern: /^\/schedules\/[^/]+$/,
      operation: (request) => get(nameIn(request), request.query.get('groupName') ?? 'default'),
    },
    {
      name: 'UpdateSchedule',
      method: 'PUT',
      pattern: /^\/schedules\/[^/]+$/,
      operation: async (request) => update(nameIn(request), await request.json()),
    },
  ];
  return {
    signingName: 'scheduler',
    protocol: 'json',
    operations: routes.map(({ name }) => name),
    operation: async (request) => {
      const route = routes.find(({ method, pattern }) => method === request.method && pattern.test(request.path));
      const found = await route?.operation(request);
      return (
        found && {
          needs: found.needs,
          answer: async (reply) => {
            const output = JSON.stringify(found.answer());
            reply.writeHead(200, { 'content-type': 'application/json' }).end(output);
          },
        }
      );
    },
  };
}

function listed(schedules: readonly Schedule[], query: URLSearchParams): readonly Schedule[] {
  const prefix = query.get('NamePrefix') ?? '';
  const group = query.get('ScheduleGroup');
  const state = query.get('State');
  return schedules.filter(
    (each) => each.name.startsWith(prefix) && (group === null || each.group === group) && (state === null || stateOf(each) === state),
  );
}

function stateOf({ enabled }: Schedule): string {
  return enabled ? 'ENABLED' : 'DISABLED';
}

function summaryOf(schedule: Schedule): object {
  const { name, group, arn, functionArn } = schedule;
  return { Name: name, GroupName: group, Arn: arn, State: stateOf(schedule), Target: { Arn: functionArn } };
}

function describe(schedule: Schedule): object {
  const { windowMinutes, deadLetterQueueArn } = schedule;
  return {
    ...summaryOf(schedule),
    Description: schedule.description,
    ScheduleExpression: schedule.expression,
    ScheduleExpressionTimezone: schedule.timeZone,
    FlexibleTimeWindow: windowMinutes === 0 ? { Mode: 'OFF' } : { Mode: 'FLEXIBLE', MaximumWindowInMinutes: windowMinutes },
    Target: {
      Arn: schedule.functionArn,
      RoleArn: schedule.role.arn,
      Input: schedule.input,
      RetryPolicy: { MaximumRetryAttempts: schedule.retries, MaximumEventAgeInSeconds: schedule.maximumAgeSeconds },
      DeadLetterConfig: deadLetterQueueArn && { Arn: deadLetterQueueArn },
    },
  };
}

/** As on AWS, what the request leaves out goes back to its default. @throws AwsError `ValidationException` */
function changed(schedule: Schedule, input: Input): Schedule {
  const target = (input.Target ?? {}) as Input;
  const isSameTarget =
    target.Arn === schedule.functionArn && target.RoleArn === schedule.role.arn && (target.Input ?? '{}') === schedule.input;
  if (!isSameTarget) throw new AwsError('ValidationException', 'The sandbox changes the target of a schedule by a deployment only.');
  const expression = textOf(input, 'ScheduleExpression') ?? '';
  const timeZone = textOf(input, 'ScheduleExpressionTimezone') ?? 'UTC';
  try {
    checkExpression(expression, timeZone, schedule.name);
  } catch (error) {
    throw new AwsError('ValidationException', `Invalid Schedule Expression ${expression}. ${(error as Error).message}`);
  }
  return {
    ...schedule,
    description: textOf(input, 'Description'),
    expression,
    timeZone,
    endsAt: dateOf(input.EndDate),
    startsAt: dateOf(input.StartDate) ?? schedule.startsAt,
    windowMinutes: Number((input.FlexibleTimeWindow as Input | undefined)?.MaximumWindowInMinutes ?? 0),
    enabled: (textOf(input, 'State') ?? 'ENABLED') === 'ENABLED',
  };
}

/** As the SDK sends a date: seconds since 1970. */
function dateOf(value: unknown): number | undefined {
  return value === undefined || value === null ? undefined : Number(value) * 1000;
}
