import { RemovalPolicy } from 'aws-cdk-lib';
import {
  ApplicationLogLevel,
  Architecture,
  type CfnFunction,
  Code,
  type Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import type { LogGroupProps, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Stage } from '../settings.ts';

/** What all functions of a stage have alike. @param code folder that holds the handler's file */
export function functionProps(code: string) {
  return {
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(code),
    loggingFormat: LoggingFormat.JSON,
    applicationLogLevelV2: ApplicationLogLevel.INFO,
    systemLogLevelV2: SystemLogLevel.INFO,
  };
}

export function logGroupProps({ logRetentionDays, production }: Stage): LogGroupProps {
  return { retention: logRetentionDays as RetentionDays, removalPolicy: production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY };
}

/** Ids are all that is known: CDK's `vpc` would look the network up, or make a security group of its own. */
export function putIntoNetwork(lambda: LambdaFunction, { vpc }: Stage): void {
  if (vpc) (lambda.node.defaultChild as CfnFunction).vpcConfig = vpc;
}
