import type { ResourceType, ResourceTypes } from './resource-type.ts';

/** Accepted, and without any effect in the sandbox; each for a reason. */
const types = [
  // Alarms and dashboards: metrics can be read, nothing watches them.
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  // The CDK's own usage record.
  'AWS::CDK::Metadata',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::QueryDefinition',
  'AWS::Scheduler::ScheduleGroup',
];

const inert: ResourceType = {
  create: ({ logicalId, physicalName }, { region, accountId }) => {
    const ref = physicalName(128);
    return { ref, attributes: { Arn: `arn:aws:sandbox:${region}:${accountId}:${logicalId}/${ref}` } };
  },
};

export const inertTypes: ResourceTypes = Object.fromEntries(types.map((type) => [type, inert]));
