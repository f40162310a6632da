import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Parts of a stage, each a stack. */
export type Part = 'Foundation' | 'Jobs' | 'Webhooks' | 'Deploy';

/**
 * Stacks of the stage by name, whatever their ids: a pattern for the names would fit another stage that begins alike.
 * @param others names of stacks besides
 */
export function stackArns(scope: Construct, stageName: string, parts: readonly Part[], others: readonly string[] = []): string[] {
  const names = new Set([...parts.map((part) => `Nightporter-${stageName}-${part}`), ...others]);
  return [...names].map((name) => Stack.of(scope).formatArn({ service: 'cloudformation', resource: 'stack', resourceName: `${name}/*` }));
}
