import { bucketTypes } from './bucket.ts';
import { computeTypes } from './compute.ts';
import { customResource } from './custom.ts';
import { identityTypes } from './identity.ts';
import { inertTypes } from './inert.ts';
import { keyTypes } from './kms.ts';
import { loggingTypes } from './logging.ts';
import { messagingTypes } from './messaging.ts';
import { resourcePolicyTypes } from './resource-policy.ts';
import type { ResourceType, ResourceTypes } from './resource-type.ts';
import { scheduleTypes } from './schedule.ts';
import { secretTypes } from './secret.ts';
import { tableTypes } from './table.ts';

/** Every CloudFormation type that the sandbox takes; any other is refused. */
const resourceTypes: ResourceTypes = {
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
  'AWS::CloudFormation::CustomResource': customResource,
};

/** @returns undefined for a type that the sandbox does not know */
export function resourceTypeOf(name: string): ResourceType | undefined {
  return name.startsWith('Custom::') ? customResource : resourceTypes[name];
}
