import { Alias, type CfnFunction, type IVersion, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { allowCheckpoints, durableProps } from './durable-lambda.ts';
import { acknowledgeFunctionRules, commonProps, type JobFunctionProps, logGroupProps } from './job-function.ts';
import { JobRole } from './job-role.ts';

/** What a durable job's coordinator starts, by alias: each execution stays with the version that it began with. */
export class ShardFunction extends Construct {
  readonly function: LambdaFunction;
  readonly live: Alias;

  constructor(scope: Construct, id: string, props: JobFunctionProps) {
    super(scope, id);
    const { stage, job, foundation, boxApp, environment } = props;
    const logGroup = new LogGroup(this, 'Logs', logGroupProps(stage));
    this.function = new LambdaFunction(this, 'Function', {
      ...commonProps(props),
      ...durableProps,
      handler: 'shard.handler',
      environment: { ...environment },
      role: new JobRole(this, 'Role', { stage, job, foundation, boxApp, logGroup, half: 'shard' }),
      logGroup,
    });
    if (stage.vpc) (this.function.node.defaultChild as CfnFunction).vpcConfig = stage.vpc;
    acknowledgeFunctionRules(this.function);
    allowCheckpoints(this, this.function);
    this.live = new Alias(this, 'Live', { aliasName: 'live', version: this.function.currentVersion as IVersion });
  }
}
