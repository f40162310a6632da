import { readFile } from 'node:fs/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { NightporterError } from '../../lib/errors.ts';
import type { DeployArguments } from './arguments.ts';

/**
 * What a stack with schedules that is not deployed yet is to begin with: the state of the one that is. CloudFormation keeps the state of a stack
 * that it has, and would begin a new one unarmed in a stage that runs.
 * @returns by stack; empty where every stack has a state of its own, or none has
 * @throws NightporterError `AWS_REFUSED` when AWS does not say
 */
export async function inheritedState({ stage, scheduled, profile }: DeployArguments): Promise<ReadonlyMap<string, boolean>> {
  const region = (await regionOf(stage)) ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  const client = new CloudFormationClient({ ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) });
  const all = ['Jobs', 'Webhooks'].map((name) => `Nightporter-${stage}-${name}`);
  const states = new Map(await Promise.all(all.map(async (stack) => [stack, await stateOf(client, stack)] as const)));
  const [known] = [...states.values()].filter((state) => state !== undefined);
  if (known === undefined) return new Map();
  return new Map(scheduled.filter((stack) => states.get(stack) === undefined).map((stack) => [stack, known]));
}

/** Undefined for a stack that is not there, or has no schedules. */
async function stateOf(client: CloudFormationClient, stack: string): Promise<boolean | undefined> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const value = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'IsArmed')?.OutputValue;
    return value === undefined ? undefined : value === 'true';
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error('an unknown reason');
    // How CloudFormation says that there is no such stack.
    if (name === 'ValidationError' && /does not exist/.test(message)) return undefined;
    const sentence = `Let your identity do cloudformation:DescribeStacks, or name --arm or --disarm: whether ${stack} is armed can't be asked (${name}).`;
    throw new NightporterError('AWS_REFUSED', sentence, { cause: error });
  }
}

/** The CDK reads the same file. */
async function regionOf(stage: string): Promise<string | undefined> {
  const text = await readFile('cdk.json', 'utf8').catch(() => '{}');
  const { context } = JSON.parse(text) as { context?: { stages?: Record<string, { region?: string } | undefined> } };
  return context?.stages?.[stage]?.region;
}
