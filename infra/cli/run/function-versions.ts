import {
  DeleteFunctionCommand,
  LambdaClient,
  paginateListAliases,
  paginateListDurableExecutionsByFunction,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import { askAws } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';

export interface FunctionVersion {
  readonly functionName: string;
  readonly version: string;
  /** An alias points to it. */
  readonly isLive: boolean;
  /** Executions under way that began in it and need it to go on; the first page of them is enough to know. */
  readonly running: number;
}

/** Published versions of a durable function, the newest first; none of a function that is not durable, whose versions CloudFormation deletes. */
export async function versionsOf({ aws }: Pick<Cli, 'aws'>, functionName: string): Promise<readonly FunctionVersion[]> {
  const client = new LambdaClient(aws);
  const versions = await askAws('lambda:ListVersionsByFunction', durableVersions(client, functionName));
  const live = await askAws('lambda:ListAliases', liveVersions(client, functionName));
  return Promise.all(
    versions.map(async (version) => {
      const running = await askAws('lambda:ListDurableExecutionsByFunction', runningIn(client, functionName, version));
      return { functionName, version, isLive: live.has(version), running };
    }),
  );
}

/** A page may be empty and not the last: AWS filters after it has read. */
async function runningIn(client: LambdaClient, FunctionName: string, Qualifier: string): Promise<number> {
  const pages = paginateListDurableExecutionsByFunction({ client }, { FunctionName, Qualifier, Statuses: ['RUNNING'] });
  for await (const { DurableExecutions = [] } of pages) if (DurableExecutions.length > 0) return DurableExecutions.length;
  return 0;
}

async function durableVersions(client: LambdaClient, FunctionName: string): Promise<readonly string[]> {
  const versions: string[] = [];
  for await (const { Versions = [] } of paginateListVersionsByFunction({ client }, { FunctionName })) {
    versions.push(...Versions.flatMap(({ Version = '', DurableConfig }) => (DurableConfig && /^\d+$/.test(Version) ? [Version] : [])));
  }
  return versions.sort((one, other) => Number(other) - Number(one));
}

async function liveVersions(client: LambdaClient, FunctionName: string): Promise<ReadonlySet<string>> {
  const live = new Set<string>();
  for await (const { Aliases = [] } of paginateListAliases({ client }, { FunctionName })) {
    for (const { FunctionVersion: version = '', RoutingConfig } of Aliases) {
      for (const each of [version, ...Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {})]) live.add(each);
    }
  }
  return live;
}

export async function deleteVersion({ aws }: Pick<Cli, 'aws'>, functionName: string, version: string): Promise<void> {
  const command = new DeleteFunctionCommand({ FunctionName: functionName, Qualifier: version });
  await askAws('lambda:DeleteFunction', new LambdaClient(aws).send(command));
}
