import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Parts of a stage, each a stack. */
const parts = ['Foundation', 'Jobs', 'Webhooks', 'Deploy'] as const;

/**
 * The stage's stacks by name, whatever their ids, and the scope's own where an app names it: a pattern for the names would fit another stage that
 * begins alike.
 */
export function stackArns(scope: Construct, stageName: string): readonly string[] {
  const stack = Stack.of(scope);
  const names = new Set([...parts.map((part) => `Nightporter-${stageName}-${part}`), stack.stackName]);
  return [...names].map((name) => stack.formatArn({ service: 'cloudformation', resource: 'stack', resourceName: `${name}/*` }));
}
