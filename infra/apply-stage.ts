import { type Stack, Tags } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { Stage } from './settings.ts';

/**
 * What a stage says of everything in a stack: tags, by which people's policies know what is the stage's; the boundary of its roles; and whether
 * the stack may be deleted.
 */
export function applyStage(stack: Stack, { stage }: { readonly stage: Stage }): void {
  for (const [key, value] of Object.entries({ ...stage.tags, 'nightporter:stage': stage.name })) Tags.of(stack).add(key, value);
  if (stage.permissionsBoundaryArn !== undefined) {
    PermissionsBoundary.of(stack).apply(ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', stage.permissionsBoundaryArn));
  }
  if (stage.production) stack.terminationProtection = true;
}
