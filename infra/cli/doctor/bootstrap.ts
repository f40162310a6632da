import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import * as z from 'zod/mini';
import type { Cli } from '../cli.ts';
import { stackOf } from '../deployment.ts';
import { type Cause, type Check, failedCheck, refused, works } from './check.ts';

/** The oldest bootstrap stack that current CDK templates can be deployed with (aws-cdk-lib: DefaultStackSynthesizer). */
const leastBootstrap = 6;

/** What is read of cdk.json: a company may keep a bootstrap of its own beside the usual one. */
const schema = z.object({
  toolkitStackName: z.optional(z.string()),
  context: z.optional(z.object({ '@aws-cdk/core:bootstrapQualifier': z.optional(z.string()) })),
});

/** Whether account and Region are prepared for the stacks of this folder's app. */
export async function bootstrap(cli: Cli, folder: string): Promise<Check> {
  const check = 'CDK bootstrap';
  const { name, qualifier } = await expectedBootstrap(folder);
  try {
    const stack = await stackOf(new CloudFormationClient(cli.aws), name);
    const version = stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'BootstrapVersion')?.OutputValue;
    if (version === undefined) return refused(check, `there is no stack ${name} in this Region`, [notBootstrapped]);
    if (Number(version) < leastBootstrap) return refused(check, `version ${version}`, [notBootstrapped]);
    const made = stack?.Parameters?.find(({ ParameterKey }) => ParameterKey === 'Qualifier')?.ParameterValue;
    if (made === undefined || made === qualifier) return works(check, `version ${version}`);
    return refused(check, `${name} has the qualifier ${made}, and cdk.json goes through ${qualifier}`, [anotherQualifier]);
  } catch (error) {
    return failedCheck(check, error);
  }
}

/** As the CDK's own command: its usual names where cdk.json says nothing. */
async function expectedBootstrap(folder: string): Promise<{ readonly name: string; readonly qualifier: string }> {
  const text = await readFile(join(folder, 'cdk.json'), 'utf8').catch(() => '{}');
  const { toolkitStackName: name = 'CDKToolkit', context } = schema.safeParse(JSON.parse(text)).data ?? {};
  return { name, qualifier: context?.['@aws-cdk/core:bootstrapQualifier'] ?? 'hnb659fds' };
}

const notBootstrapped: Cause = {
  cause: 'Account and Region are not prepared for the CDK, or were long ago.',
  setting: 'npx cdk bootstrap',
  nextStep: 'Run it once for this account and Region.',
};

const anotherQualifier: Cause = {
  cause: 'The account was prepared for the CDK under another qualifier.',
  setting: 'cdk.json > context > @aws-cdk/core:bootstrapQualifier, and toolkitStackName where the stack has a name of its own',
  nextStep: 'Name the bootstrap that your company keeps, or run "npx cdk bootstrap" for the one that is named.',
};
