import { computeTypes } from './compute.ts';
import { identityTypes } from './identity.ts';
import { inertTypes } from './inert.ts';
import { messagingTypes } from './messaging.ts';
import type { ResourceTypes } from './resource-type.ts';
import { scheduleTypes } from './schedule.ts';
import { storageTypes } from './storage.ts';

/** Every CloudFormation type that the sandbox takes; any other is refused. */
export const resourceTypes: ResourceTypes = {
  ...computeTypes,
  ...identityTypes,
  ...inertTypes,
  ...messagingTypes,
  ...scheduleTypes,
  ...storageTypes,
};
