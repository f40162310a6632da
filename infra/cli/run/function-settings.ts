import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { askAws } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';

/** What AWS knows of a deployed function. */
export interface FunctionSettings {
  readonly logGroup: string;
  readonly variables: Readonly<Record<string, string>>;
}

export async function settingsOfFunction({ aws }: Pick<Cli, 'aws'>, functionName: string): Promise<FunctionSettings> {
  const call = new LambdaClient(aws).send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
  const { LoggingConfig, Environment } = await askAws('lambda:GetFunctionConfiguration', call);
  return { logGroup: LoggingConfig?.LogGroup ?? `/aws/lambda/${functionName}`, variables: Environment?.Variables ?? {} };
}
