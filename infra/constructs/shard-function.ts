import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { allowCheckpoints, durableProps } from './durable-lambda.ts';
import { logGroupProps, putIntoNetwork } from './function-props.ts';
import { acknowledgeFunctionRules, commonProps, type JobFunctionProps } from './job-function.ts';
import { JobRole } from './job-role.ts';

/**
 * What a durable job's coordinator starts: by version, so that all shards of a run are of the coordinator's own deployment. By an alias, those
 * that it starts after the next deployment would be of that one.
 */
export class ShardFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  /** ARN of the version of this deployment. */
  readonly versionArn: string;

  constructor(scope: Construct, id: string, props: JobFunctionProps) {
    super(scope, id);
    const { stage, job, foundation, boxApp, environment } = props;
    this.logGroup = new LogGroup(this, 'Logs', logGroupProps(stage));
    const { logGroup } = this;
    this.function = new LambdaFunction(this, 'Function', {
      ...commonProps(props),
      ...durableProps,
      handler: 'shard.handler',
      environment: { ...environment },
      role: new JobRole(this, 'Role', { stage, job, foundation, boxApp, logGroup, half: 'shard' }),
      logGroup,
    });
    putIntoNetwork(this.function, stage);
    acknowledgeFunctionRules(this.function);
    allowCheckpoints(this, this.function);
    this.versionArn = this.function.currentVersion.functionArn;
  }
}
