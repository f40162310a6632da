import { Command, Option } from 'commander';
import { NightporterError } from '../../../lib/errors.ts';
import { type Feature, features } from '../../regions.ts';
import { appFolder } from '../app-folder.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { deployedJobs } from '../deployed-jobs.ts';
import { deployedWebhooks } from '../deployed-webhooks.ts';
import { chooseApp, type Deployment, findDeployment } from '../deployment.ts';
import { examineAws } from '../doctor/aws-account.ts';
import { examineApp } from '../doctor/box-app.ts';
import type { Check } from '../doctor/check.ts';
import { durableJobs } from '../doctor/durable-jobs.ts';
import { needsOf } from '../doctor/needs.ts';
import { renderChecks } from '../doctor/render.ts';
import { count, print } from '../output.ts';
import type { Perform } from '../perform.ts';

interface DoctorOptions {
  readonly user?: string;
  readonly app?: string;
  readonly aws?: boolean;
  readonly assume?: readonly Feature[];
}

interface Section {
  /** Name of a Box app, or `AWS`. */
  readonly subject: string;
  readonly checks: readonly Check[];
}

const description = `Finds out why Box or AWS refuses.

For each Box app of the stage: reads its secret, asks Box for fresh tokens as the service account
and as a managed user, calls users/me, tries the scopes that the deployed jobs and webhooks need
with calls that change nothing, the as-user header, and looks at the webhook keys if there are any.
What does not work comes with Box's own words, the likely cause, where the setting is, and the next
step.`;

const examples = `
Exit code: 0 all that is needed works, 1 something is refused, 2 the command or the stage is wrong.

Examples:
  $ npx nightporter doctor --stage production
  $ npx nightporter doctor --user 11000001          # try this managed user instead of the first active one
  $ npx nightporter doctor --json | jq '.sections[].checks[] | select(.outcome == "refused")'
  $ npx nightporter doctor --aws --region eu-west-1   # before the first deploy: Region, quota, bootstrap`;

export function doctorCommand(perform: Perform): Command {
  return new Command('doctor')
    .summary('find out why Box or AWS refuses')
    .description(description)
    .option('--user <id>', 'Box user id to try as a managed user')
    .option('--app <name>', 'this Box app only')
    .option('--aws', 'look at account and Region instead of Box')
    .addOption(new Option('--assume <feature...>', 'with --aws: the Region has this, whatever our list says').choices(features))
    .addHelpText('after', examples)
    .action((options: DoctorOptions, command: Command) => perform(command, (cli) => doctor(cli, options)));
}

async function doctor(cli: Cli, options: DoctorOptions): Promise<ExitCode> {
  if (options.user !== undefined && !/^\d{1,20}$/.test(options.user)) {
    throw new NightporterError('COMMAND_INVALID', 'Give --user the Box user id: digits, as in the Admin Console’s address of the user.');
  }
  const deployment = options.aws ? undefined : await findDeployment(cli);
  const sections = deployment ? await boxSections(cli, deployment, options) : [await awsSection(cli, options)];
  const healthy = sections.every(({ checks }) => checks.every(({ outcome }) => outcome !== 'refused'));
  print(cli, { stage: cli.stage, healthy, sections }, (_, paint) => {
    const refused = sections.flatMap(({ checks }) => checks).filter(({ outcome }) => outcome === 'refused').length;
    const { unarmed = [] } = deployment ?? {};
    const arm =
      unarmed.length > 0
        ? ` No schedule of ${unarmed.join(' and ')} runs. Arm the schedules with: npm run deploy -- --stage ${cli.stage} --arm`
        : '';
    const verdict = healthy ? paint('green', `All that is needed works.${arm}`) : paint('red', `${count(refused, 'thing')} refused.`);
    return [...sections.map(({ subject, checks }) => renderChecks(subject, checks, paint)), verdict].join('\n\n');
  });
  return healthy ? 0 : 1;
}

async function awsSection(cli: Cli, { assume = [] }: DoctorOptions): Promise<Section> {
  const folder = appFolder();
  const durable = await durableJobs(folder, cli.stage);
  return { subject: 'AWS', checks: await examineAws(cli, { assumed: assume, durable, folder }) };
}

async function boxSections(cli: Cli, deployment: Deployment, { app: name, user }: DoctorOptions): Promise<readonly Section[]> {
  const callers = [...(await deployedJobs(deployment)), ...(await deployedWebhooks(deployment))];
  const sections: Section[] = [];
  for (const app of name === undefined ? deployment.apps : [chooseApp(deployment, name)]) {
    const checks = await examineApp(cli, { app, needs: needsOf(app, callers), user });
    sections.push({ subject: `Box app ${app.name}`, checks });
  }
  return sections;
}
