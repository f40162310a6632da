import { checkExpression } from '../scheduler/expression.ts';
import type { Created, Declared, ResourceType, ResourceTypes, Site } from './resource-type.ts';

/** What Scheduler does when a schedule says nothing. */
const defaults = { retries: 185, maximumAgeSeconds: 86_400 };

const schedule: ResourceType = {
  properties: [
    'Description',
    'EndDate',
    'FlexibleTimeWindow',
    'GroupName',
    'Name',
    'ScheduleExpression',
    'ScheduleExpressionTimezone',
    'StartDate',
    'State',
    'Target',
  ],
  replacedBy: ['GroupName', 'Name'],
  create: putSchedule,
  update: putSchedule,
  delete: ({ ref }, { scheduler }) => scheduler.remove(ref),
};

function putSchedule({ properties, physicalName }: Declared, { scheduler, identities, region, accountId, clock }: Site): Created {
  const { where } = properties;
  checkExpression(properties.text('ScheduleExpression'), properties.optionalText('ScheduleExpressionTimezone'), where);
  const target = properties.group('Target');
  if (target === undefined) throw new Error(`${where}: a schedule without a target.`);
  target.allow(['Arn', 'DeadLetterConfig', 'Input', 'RetryPolicy', 'RoleArn']);
  const functionArn = target.text('Arn');
  if (!functionArn.startsWith('arn:aws:lambda:')) throw new Error(`${where}: the sandbox schedules Lambda functions, not ${functionArn}.`);
  const name = properties.optionalText('Name') ?? physicalName(64);
  const group = properties.optionalText('GroupName') ?? 'default';
  // No template can make another one here: AWS::Scheduler::ScheduleGroup is not known.
  if (group !== 'default') throw new Error(`${where}: there is no schedule group ${group}.`);
  const prefix = `arn:aws:scheduler:${region}:${accountId}:`;
  const arn = `${prefix}schedule/${group}/${name}`;
  const startDate = properties.optionalText('StartDate');
  const endDate = properties.optionalText('EndDate');
  scheduler.add({
    startsAt: startDate === undefined ? (scheduler.find(name)?.startsAt ?? clock.now()) : Date.parse(startDate),
    endsAt: endDate === undefined ? undefined : Date.parse(endDate),
    name,
    arn,
    group,
    description: properties.optionalText('Description'),
    expression: properties.text('ScheduleExpression'),
    timeZone: properties.optionalText('ScheduleExpressionTimezone') ?? 'UTC',
    windowMinutes: properties.group('FlexibleTimeWindow')?.number('MaximumWindowInMinutes') ?? 0,
    groupArn: `${prefix}schedule-group/${group}`,
    enabled: (properties.optionalText('State') ?? 'ENABLED') === 'ENABLED',
    functionArn,
    role: identities.role(target.text('RoleArn')),
    input: target.optionalText('Input') ?? '{}',
    retries: target.group('RetryPolicy')?.number('MaximumRetryAttempts') ?? defaults.retries,
    maximumAgeSeconds: target.group('RetryPolicy')?.number('MaximumEventAgeInSeconds') ?? defaults.maximumAgeSeconds,
    deadLetterQueueArn: target.group('DeadLetterConfig')?.optionalText('Arn'),
  });
  return { ref: name, attributes: { Arn: arn } };
}

export const scheduleTypes: ResourceTypes = { 'AWS::Scheduler::Schedule': schedule };
