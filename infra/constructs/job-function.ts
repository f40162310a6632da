import { Duration, Validations } from 'aws-cdk-lib';
import { Alias, type ILayerVersion, type IVersion, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environment as variables } from '../../lib/env.ts';
import type { EnabledJob } from '../enabled-jobs.ts';
import type { Stage } from '../settings.ts';
import type { BoxApp } from './box-app.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { allowCheckpoints, allowShards, durableProps } from './durable-lambda.ts';
import type { Foundation } from './foundation.ts';
import { functionProps, logGroupProps, putIntoNetwork } from './function-props.ts';
import { JobRole } from './job-role.ts';

export interface JobFunctionProps {
  readonly stage: Stage;
  readonly job: EnabledJob;
  readonly foundation: Foundation;
  /** Undefined for a job that never calls Box. */
  readonly boxApp: BoxApp | undefined;
  readonly layer: ILayerVersion;
  /** Folder that holds `index.mjs`. */
  readonly code: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Of a durable job: what its coordinator starts. */
  readonly shard?: { readonly function: LambdaFunction; readonly versionArn: string };
}

/** One job's function. */
export class JobFunction extends Construct {
  readonly function: LambdaFunction;
  /**
   * What schedules start. An update of a function changes its code and its layer in two steps; a run that starts between them would meet
   * new code on an old layer. The alias moves once, to a version that has both.
   */
  readonly live: Alias;
  readonly logGroup: LogGroup;
  /** Runs that failed, with the event that started them. */
  readonly failures: Queue;

  constructor(scope: Construct, id: string, props: JobFunctionProps) {
    super(scope, id);
    const { stage, job, foundation, boxApp, environment, shard } = props;
    this.failures = new DeadLetterQueue(this, 'Failures');
    this.logGroup = new LogGroup(this, 'Logs', logGroupProps(stage));
    const { logGroup, failures } = this;
    const half = shard && 'coordinator';
    this.function = new LambdaFunction(this, 'Function', {
      ...commonProps(props),
      ...(shard && durableProps),
      handler: 'index.handler',
      environment: { ...environment, ...(shard && { [variables.shardFunction]: shard.versionArn }) },
      role: new JobRole(this, 'Role', { stage, job, foundation, boxApp, logGroup, failures, ...(half && { half }) }),
      logGroup,
    });
    if (shard) {
      allowCheckpoints(this, this.function);
      allowShards(this, this.function, shard.function);
    }
    putIntoNetwork(this.function, stage);
    acknowledgeFunctionRules(this.function);
    this.live = new Alias(this, 'Live', {
      aliasName: 'live',
      // CDK's classes do not fit its own interfaces under exactOptionalPropertyTypes.
      version: this.function.currentVersion as IVersion,
      // The scheduler tries again by itself, and a run that failed half way is a person's to look at.
      retryAttempts: 0,
      maxEventAge: Duration.hours(1),
      onFailure: { bind: () => ({ destination: this.failures.queueArn }) },
    });
  }
}

/** What all functions of a job have alike. */
export function commonProps({ job, layer, code }: JobFunctionProps) {
  const { memoryMiB, timeoutMinutes, impact } = job.declaration;
  return {
    ...functionProps(code),
    // Lambda takes 256 characters.
    description: impact.slice(0, 256),
    layers: [layer],
    memorySize: memoryMiB,
    timeout: Duration.minutes(timeoutMinutes),
  };
}

export function acknowledgeFunctionRules(lambda: LambdaFunction): void {
  Validations.of(lambda).acknowledge(
    {
      id: 'Serverless-LambdaDLQ',
      reason: 'Runs that failed go to the on-failure destination of the alias, which says why they failed; a dead-letter queue would not.',
    },
    {
      id: 'Serverless-LambdaTracing',
      reason: 'A run is one function, and its log lines and its record carry its id; tracing needs a grant on every resource.',
    },
  );
}
