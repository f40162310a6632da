import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { NightporterError } from '../../lib/errors.ts';
import { askAws, isAwsError } from './ask-aws.ts';
import type { Cli } from './cli.ts';

/** A Box app of the stage and where its secrets are. */
export interface DeployedApp {
  /** As in the outputs: small letters, a hyphen before what was a capital. */
  readonly name: string;
  readonly secretArn: string;
  /** The signing keys of its webhooks, where the stage receives any. */
  readonly webhookKeysArn: string | undefined;
}

/** A job's function, by the first part of its outputs' names, such as `StorageReport`. */
export interface DeployedFunction {
  readonly outputName: string;
  readonly functionName: string;
  /** The function of its shards, where it has any. */
  readonly shardsName?: string | undefined;
}

/** A webhook that the stage answers. */
export interface DeployedWebhook {
  /** As in the outputs, like an app's. */
  readonly name: string;
  /** Whose keys sign what it is sent; undefined where an earlier version deployed it. */
  readonly app: string | undefined;
  /** Where Box sends. */
  readonly address: string;
  readonly queueUrl: string;
  readonly deadLettersUrl: string;
}

/** What a stage consists of, as its stacks' outputs tell. */
export interface Deployment {
  readonly stage: string;
  readonly region: string;
  readonly apps: readonly DeployedApp[];
  readonly functions: readonly DeployedFunction[];
  /** The shards of jobs and the handlers of webhooks, by their outputs' whole names, such as `OpenSharedLinksShards`. */
  readonly workers: readonly DeployedFunction[];
  readonly webhooks: readonly DeployedWebhook[];
  /** What the last deployment found of the webhooks in Box, for each Box app that has some. */
  readonly webhooksInBox: readonly string[];
  /** Which events were handled, where the stage has webhooks. */
  readonly eventsTable: string | undefined;
  /** Whether all schedules are on; undefined where a deployment does not decide it. */
  readonly isArmed: boolean | undefined;
  /** Stacks whose schedules are off: each has a state of its own. */
  readonly unarmed: readonly string[];
  readonly runsTable: string | undefined;
  readonly reportBucket: string | undefined;
  /** Where operators start, stop and pause runs; undefined for a stage without jobs. */
  readonly operationsUrl: string | undefined;
  /** Where plans are approved; undefined for a stage without jobs that change things. */
  readonly approvalsUrl: string | undefined;
  /** The shared tier of tokens, where the stage has one. */
  readonly tokensTable: string | undefined;
}

type Outputs = Readonly<Record<string, string>>;

/** @throws NightporterError `NOT_DEPLOYED`, or what `askAws` throws */
export async function findDeployment(cli: Pick<Cli, 'stage' | 'stacks' | 'aws'>): Promise<Deployment> {
  const client = new CloudFormationClient(cli.aws);
  const asked = await Promise.all(cli.stacks.map(async (stack) => [stack, await outputsOf(client, stack)] as const));
  const found = asked.flatMap(([stack, each]) => (each === undefined ? [] : [{ stack, outputs: each }]));
  const region = await client.config.region();
  if (found.length === 0) {
    const sentence = `Deploy the stage "${cli.stage}", or name another with --stage or --region: ${region} has no stack of it.`;
    throw new NightporterError('NOT_DEPLOYED', sentence);
  }
  const outputs: Outputs = Object.assign({}, ...found.map((each) => each.outputs));
  const unarmed = found.filter((each) => each.outputs.IsArmed === 'false').map(({ stack }) => stack);
  return {
    stage: cli.stage,
    region,
    apps: endings(outputs, 'BoxSecretArn').map(([app, secretArn]) => ({
      name: kebab(app),
      secretArn,
      webhookKeysArn: outputs[`WebhookKeysArn${app}`],
    })),
    functions: Object.entries(outputs).flatMap(([name, functionName]) =>
      name.endsWith('Function') ? [deployedFunction(outputs, name.slice(0, -'Function'.length), functionName)] : [],
    ),
    workers: Object.entries(outputs).flatMap(([outputName, functionName]) =>
      /(Shards|Handler)$/.test(outputName) ? [{ outputName, functionName }] : [],
    ),
    webhooks: Object.entries(outputs).flatMap(([name, deadLettersUrl]) => {
      if (!name.endsWith('DeadLetters')) return [];
      const start = name.slice(0, -'DeadLetters'.length);
      const { [`${start}App`]: app, [`${start}Address`]: address = '', [`${start}Queue`]: queueUrl = '' } = outputs;
      return [{ name: kebab(start), app: app && kebab(app), address, queueUrl, deadLettersUrl }];
    }),
    webhooksInBox: Object.entries(outputs).flatMap(([name, status]) => (name.endsWith('Status') ? [status] : [])),
    eventsTable: outputs.EventsTableName,
    isArmed: outputs.IsArmed === undefined ? undefined : unarmed.length === 0,
    unarmed,
    runsTable: outputs.RunsTableName,
    reportBucket: outputs.ReportBucketName,
    operationsUrl: outputs.OperationsUrl,
    approvalsUrl: outputs.ApprovalsUrl,
    tokensTable: outputs.TokensTableName,
  };
}

function deployedFunction(outputs: Outputs, outputName: string, functionName: string): DeployedFunction {
  return { outputName, functionName, shardsName: outputs[`${outputName}Shards`] };
}

async function outputsOf(client: CloudFormationClient, stackName: string): Promise<Outputs | undefined> {
  const stack = await stackOf(client, stackName);
  return stack && Object.fromEntries((stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}

/** `undefined` when there is no such stack. */
export async function stackOf(client: CloudFormationClient, stackName: string): Promise<Stack | undefined> {
  try {
    const { Stacks } = await askAws('cloudformation:DescribeStacks', client.send(new DescribeStacksCommand({ StackName: stackName })));
    return Stacks?.[0];
  } catch (error) {
    // How CloudFormation says that a stack does not exist.
    if (isAwsError(error, 'ValidationError')) return undefined;
    throw error;
  }
}

/**
 * The app that a command is about: the one that was named, or the only one, or `default`.
 * @throws NightporterError `COMMAND_INVALID`
 */
export function chooseApp({ apps, stage }: Deployment, name: string | undefined): DeployedApp {
  const [only] = apps.length === 1 ? apps : [];
  const chosen = name === undefined ? (only ?? apps.find((app) => app.name === 'default')) : apps.find((app) => app.name === name);
  if (chosen) return chosen;
  const known = apps.map((app) => app.name).join(', ');
  throw new NightporterError('COMMAND_INVALID', `Name the Box app with --app: the stage "${stage}" has ${known || 'none'}.`);
}

/** `StorageReport` → `storage-report`. */
export function kebab(pascal: string): string {
  return pascal.replace(/\B[A-Z]/g, '-$&').toLowerCase();
}

function endings(outputs: Outputs, start: string): readonly (readonly [string, string])[] {
  return Object.entries(outputs).flatMap(([name, value]) => (name.startsWith(start) ? [[name.slice(start.length), value] as const] : []));
}
