import { checkExpression } from '../scheduler/expression.ts';
import type { ResourceType, ResourceTypes } from './resource-type.ts';

/** What Scheduler does when a schedule says nothing. */
const defaultRetries = 185;

const schedule: ResourceType = {
  properties: [
    'Description',
    'EndDate',
    'FlexibleTimeWindow',
    'GroupName',
    'KmsKeyArn',
    'Name',
    'ScheduleExpression',
    'ScheduleExpressionTimezone',
    'StartDate',
    'State',
    'Target',
  ],
  create: ({ properties, physicalName }, { scheduler, identities, region, accountId }) => {
    const { where } = properties;
    checkExpression(properties.text('ScheduleExpression'), properties.optionalText('ScheduleExpressionTimezone'), where);
    const target = properties.group('Target');
    if (target === undefined) throw new Error(`${where}: a schedule without a target.`);
    target.allow(['Arn', 'DeadLetterConfig', 'Input', 'RetryPolicy', 'RoleArn']);
    const functionArn = target.text('Arn');
    if (!functionArn.startsWith('arn:aws:lambda:'))
      throw new Error(`${where}: the sandbox schedules Lambda functions, not ${functionArn}.`);
    const name = properties.optionalText('Name') ?? physicalName(64);
    const group = properties.optionalText('GroupName') ?? 'default';
    const prefix = `arn:aws:scheduler:${region}:${accountId}:`;
    const arn = `${prefix}schedule/${group}/${name}`;
    scheduler.add({
      name,
      arn,
      groupArn: `${prefix}schedule-group/${group}`,
      enabled: (properties.optionalText('State') ?? 'ENABLED') === 'ENABLED',
      functionArn,
      role: identities.role(target.text('RoleArn')),
      input: target.optionalText('Input') ?? '{}',
      retries: target.group('RetryPolicy')?.number('MaximumRetryAttempts') ?? defaultRetries,
      deadLetterQueueArn: target.group('DeadLetterConfig')?.optionalText('Arn'),
    });
    return { ref: name, attributes: { Arn: arn } };
  },
};

export const scheduleTypes: ResourceTypes = { 'AWS::Scheduler::Schedule': schedule };
