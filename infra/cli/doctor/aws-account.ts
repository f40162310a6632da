import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type Feature, features, isListed, nameOfFeature, regionsAsOf } from '../../regions.ts';
import { askAws } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';
import { bootstrap } from './bootstrap.ts';
import { type Cause, type Check, failedCheck, refused, unknown, works } from './check.ts';

/** New accounts have 10, which one busy night of jobs and retries can use up; AWS's usual quota is 1,000. */
const leastConcurrency = 50;

export interface AwsExamination {
  /** Jobs of the stage that need durable functions; undefined where nobody knows. */
  readonly durable: readonly string[] | undefined;
  /** Features that the Region has although our list does not know. */
  readonly assumed: readonly Feature[];
  /** Of the app. */
  readonly folder: string;
}

/** What a stage needs of the account and the Region. */
export async function examineAws(cli: Cli, { assumed, durable, folder }: AwsExamination): Promise<readonly Check[]> {
  const region = await askAws('a call in your region', new CloudFormationClient(cli.aws).config.region());
  const checks = features.map((feature) => regionHas(feature, region, assumed, feature === 'durable' ? durable : undefined));
  return [...checks, await concurrency(cli), await bootstrap(cli, folder)];
}

/** @param needing jobs that need it, where only some do */
function regionHas(feature: Feature, region: string, assumed: readonly Feature[], needing: readonly string[] | undefined): Check {
  const check = `${nameOfFeature(feature)} in ${region}`;
  if (isListed(feature, region)) return works(check, `listed in ${regionsAsOf}`);
  if (assumed.includes(feature)) return works(check, 'assumed');
  const knowledge = `not in our list of ${regionsAsOf}`;
  if (needing?.length === 0) return refused(check, `${knowledge}, and no job of the stage needs it`, [], false);
  const who = needing === undefined ? '' : `, and ${needing.join(', ')} needs it`;
  return unknown(check, `${knowledge}${who}: look at builder.aws.com/capabilities, then pass --assume ${feature}`);
}

async function concurrency({ aws }: Cli): Promise<Check> {
  const check = 'Lambda concurrency';
  try {
    const { AccountLimit } = await askAws('lambda:GetAccountSettings', new LambdaClient(aws).send(new GetAccountSettingsCommand({})));
    const { ConcurrentExecutions = 0, UnreservedConcurrentExecutions = 0 } = AccountLimit ?? {};
    const said = `${ConcurrentExecutions} in this Region, ${UnreservedConcurrentExecutions} of them unreserved`;
    return UnreservedConcurrentExecutions < leastConcurrency ? refused(check, said, [lowQuota]) : works(check, said);
  } catch (error) {
    return failedCheck(check, error);
  }
}

const lowQuota: Cause = {
  cause: 'The account has the quota of a new one: runs would be throttled.',
  setting: 'Service Quotas > AWS Lambda > Concurrent executions',
  nextStep: 'Ask for at least 100 in this Region.',
};
