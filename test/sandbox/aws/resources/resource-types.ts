import { bucketTypes } from './bucket.ts';
import { computeTypes } from './compute.ts';
import { identityTypes } from './identity.ts';
import { inertTypes } from './inert.ts';
import { keyTypes } from './kms.ts';
import { loggingTypes } from './logging.ts';
import { messagingTypes } from './messaging.ts';
import { resourcePolicyTypes } from './resource-policy.ts';
import type { ResourceTypes } from './resource-type.ts';
import { scheduleTypes } from './schedule.ts';
import { secretTypes } from './secret.ts';
import { tableTypes } from './table.ts';

/** Every CloudFormation type that the sandbox takes; any other is refused. */
export const resourceTypes: ResourceTypes = {
  ...bucketTypes,
  ...computeTypes,
  ...identityTypes,
  ...inertTypes,
  ...keyTypes,
  ...loggingTypes,
  ...messagingTypes,
  ...resourcePolicyTypes,
  ...scheduleTypes,
  ...secretTypes,
  ...tableTypes,
};
