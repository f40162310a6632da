import { createHash } from 'node:crypto';

/** As CloudFormation's: unpredictable to a reader, the same at each deployment of the same template to a new sandbox. */
export function physicalName(stackName: string, logicalId: string, generation: number, maximum: number): string {
  const seed = `${stackName}/${logicalId}${generation === 0 ? '' : `/${generation}`}`;
  const suffix = createHash('sha256').update(seed).digest('hex').slice(0, 12).toUpperCase();
  const room = maximum - suffix.length - 2;
  const stackPart = stackName.slice(0, Math.max(Math.floor(room / 2), room - logicalId.length));
  return `${stackPart}-${logicalId.slice(0, room - stackPart.length)}-${suffix}`;
}
