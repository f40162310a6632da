import { Command } from 'commander';
import { pascal } from '../../pascal.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { deployedJobs } from '../deployed-jobs.ts';
import { chooseApp, type DeployedApp, type Deployment, findDeployment } from '../deployment.ts';
import { duration, type Paint, print, table } from '../output.ts';
import type { Perform } from '../perform.ts';
import { lastRunsOf, latest, type RunRecord } from '../run/run-record.ts';
import { type SecretVersion, versionsOf } from '../secret/versions.ts';

interface StatusOptions {
  readonly app?: string;
}

interface SecretStatus {
  readonly app: string;
  readonly secretArn: string;
  readonly versions: readonly SecretVersion[];
  /** The last run of the job that asks Box for fresh tokens every hour. */
  readonly lastGrantTest: RunRecord | undefined;
}

const description = `Shows which versions of each secret there are, what they are for, how old they are, and when a grant
was last tested. Never a value.`;

const examples = `
Examples:
  $ npx nightporter secret status --stage production
  $ npx nightporter secret status --json | jq '.secrets[].versions'`;

export function secretStatusCommand(perform: Perform): Command {
  return new Command('status')
    .summary('versions and ages, never values')
    .description(description)
    .option('--app <name>', 'this Box app only')
    .addHelpText('after', examples)
    .action((options: StatusOptions, command: Command) => perform(command, (cli) => status(cli, options)));
}

async function status(cli: Cli, { app: name }: StatusOptions): Promise<ExitCode> {
  const deployment = await findDeployment(cli);
  const apps = name === undefined ? deployment.apps : [chooseApp(deployment, name)];
  const secrets = await Promise.all(apps.map((app) => statusOf(cli, deployment, app)));
  print(cli, { stage: cli.stage, secrets }, (_, paint) => secrets.map((secret) => render(secret, cli.now(), paint)).join('\n\n'));
  return 0;
}

async function statusOf(cli: Cli, deployment: Deployment, app: DeployedApp): Promise<SecretStatus> {
  const [versions, lastGrantTest] = await Promise.all([versionsOf(cli, app.secretArn), lastTest(cli, deployment, app)]);
  return { app: app.name, secretArn: app.secretArn, versions, lastGrantTest };
}

async function lastTest(cli: Cli, deployment: Deployment, app: DeployedApp): Promise<RunRecord | undefined> {
  const checker = (await deployedJobs(deployment)).find(
    (job) => job.declaration?.uses.includes('grant:fresh') && job.app !== undefined && pascal(job.app) === pascal(app.name),
  );
  if (!checker || deployment.runsTable === undefined) return undefined;
  return latest(await lastRunsOf(cli, deployment.runsTable, checker.id));
}

function render({ app, versions, lastGrantTest }: SecretStatus, now: number, paint: Paint): string {
  const rows = versions.map(({ versionId, stages, createdAt }) => [
    versionId,
    stages.join(' '),
    createdAt ? `${duration(now - createdAt.getTime())} ago` : '',
  ]);
  const list = rows.length > 0 ? table([['version', 'stages', 'put'], ...rows], paint) : 'No value yet: npx nightporter secret put';
  return `${paint('bold', `Box app ${app}`)}\n${list}\n${testLine(lastGrantTest)}`;
}

function testLine(test: RunRecord | undefined): string {
  if (!test) return 'No grant test yet: the job grant-check makes one every hour where it is on.';
  const { checked = 0, refused = 0 } = test.counts;
  const result = test.state === 'done' ? `${checked} asked for, ${refused} refused` : `${test.state} ${test.code ?? ''}`.trim();
  return `Last grant test ${test.startedAt ?? test.due}: ${result}`;
}
