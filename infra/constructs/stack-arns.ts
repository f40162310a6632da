import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Parts of a stage, each a stack. */
export const parts = ['Foundation', 'Jobs', 'Webhooks', 'Deploy'] as const;

/** The stage's stacks by name, whatever their ids: a pattern for the names would fit another stage that begins alike. */
export function stackArns(scope: Construct, stageName: string): readonly string[] {
  return parts.map((part) =>
    Stack.of(scope).formatArn({ service: 'cloudformation', resource: 'stack', resourceName: `Nightporter-${stageName}-${part}/*` }),
  );
}
