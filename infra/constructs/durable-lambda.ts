import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { FunctionProps, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';

/**
 * What makes a function durable: only settable when it is made. Its versions are kept, because an execution stays with the one that it began
 * with, and a deployment must not end runs and approvals that wait: docs.aws.amazon.com/lambda/latest/dg/durable-functions.html
 */
export const durableProps: Pick<FunctionProps, 'durableConfig' | 'currentVersionOptions'> = {
  // An execution that waits for an approval, or for Box, does so at no cost.
  durableConfig: { executionTimeout: Duration.days(14), retentionPeriod: Duration.days(14) },
  currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
};

/**
 * Lets a durable function write its own executions down, and nobody else's. A policy of its own: in the role's, the function would wait for
 * a policy that names it. Executions are named by version, never by alias.
 */
export function allowCheckpoints(scope: Construct, lambda: LambdaFunction): void {
  const policy = new Policy(scope, 'Checkpoints', {
    statements: [
      new PolicyStatement({
        actions: ['lambda:CheckpointDurableExecution', 'lambda:GetDurableExecutionState'],
        resources: [`${lambda.functionArn}:*`],
      }),
    ],
  });
  const reason = 'An execution’s ARN holds version and id, which only Lambda knows: the wildcard stands for those.';
  attach(policy, lambda, reason);
}

/** Lets a function ask whether executions of durable functions, of any version, still go on. */
export function askForEnds(coordinators: readonly string[]): PolicyStatement {
  return new PolicyStatement({ actions: ['lambda:GetDurableExecution'], resources: coordinators.map((arn) => `${arn}:*`) });
}

/**
 * Lets a coordinator start its own shards, of any version: each deployment's coordinator starts the version that came with it. And look at its
 * earlier runs: one that Lambda has ended holds its due time no more.
 */
export function allowShards(scope: Construct, coordinator: LambdaFunction, shard: LambdaFunction): void {
  const statement = new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [`${shard.functionArn}:*`] });
  const reason =
    'Runs of an earlier deployment start the shards of that one, and an execution’s ARN holds version and id: the wildcards stand for those.';
  attach(new Policy(scope, 'Shards', { statements: [statement, askForEnds([coordinator.functionArn])] }), coordinator, reason);
}

function attach(policy: Policy, lambda: LambdaFunction, reason: string): void {
  lambda.role?.attachInlinePolicy(policy);
  acknowledgeWildcards(policy, () => policy.document, reason);
}
