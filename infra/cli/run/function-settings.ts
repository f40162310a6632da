import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { askAws } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';

/** What AWS knows of a deployed function. */
export interface FunctionSettings {
  readonly logGroup: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** @param version the latest one if left out */
export async function settingsOfFunction({ aws }: Pick<Cli, 'aws'>, functionName: string, version?: string): Promise<FunctionSettings> {
  const command = new GetFunctionConfigurationCommand({ FunctionName: functionName, Qualifier: version });
  const call = new LambdaClient(aws).send(command);
  const { LoggingConfig, Environment } = await askAws('lambda:GetFunctionConfiguration', call);
  return { logGroup: LoggingConfig?.LogGroup ?? `/aws/lambda/${functionName}`, variables: Environment?.Variables ?? {} };
}
