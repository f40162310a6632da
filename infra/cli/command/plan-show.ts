import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Command } from 'commander';
import type { Waiting } from '../../../lib/run/approval/waiting.ts';
import type { Plan } from '../../../lib/run/plan/plan-file.ts';
import { askAws } from '../ask-aws.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseJob, deployedJobs } from '../deployed-jobs.ts';
import { type Deployment, findDeployment } from '../deployment.ts';
import { count, duration, type Paint, print, table } from '../output.ts';
import type { Perform } from '../perform.ts';
import { planBy, readWaiting, waitingPlans } from '../plan/waiting-plans.ts';
import { printable } from '../printable.ts';
import { s3Client } from '../report/newest-report.ts';
import { openLink } from '../report/open-link.ts';

interface ShowOptions {
  readonly plan?: string;
  readonly open?: boolean;
}

/** As many as fit on a screen; the page and the file have them all. */
const shown = 20;

const description = `Shows the plans that wait for a decision: what would be changed, where, why, and what would undo
it. Its hash and its version are what an approval is for.

The plan is read by its version and hashed here before a line of it is shown.`;

const examples = `
Examples:
  $ npx nightporter plan show --stage production                       # what waits
  $ npx nightporter plan show open-shared-links --open                 # as a page, with all its actions
  $ npx nightporter plan show open-shared-links --json | jq '.plans[0].plan.actions[].why'`;

export function planShowCommand(perform: Perform): Command {
  return new Command('show')
    .summary('the plans that wait for a decision')
    .description(description)
    .argument('[job]', 'as "nightporter status" lists it; every job if left out')
    .option('--plan <hash>', 'only the plan with this hash, or one that begins so')
    .option('--open', 'open the plan as a page in the browser, by a link that is good for 15 minutes')
    .addHelpText('after', examples)
    .action((job: string | undefined, options: ShowOptions, command: Command) => perform(command, (cli) => show(cli, job, options)));
}

async function show(cli: Cli, jobName: string | undefined, { plan: hash, open }: ShowOptions): Promise<ExitCode> {
  const deployment = await findDeployment(cli);
  const jobs = jobName === undefined ? await deployedJobs(deployment) : [await chooseJob(deployment, jobName)];
  const all = await waitingPlans(
    cli,
    deployment,
    jobs.map(({ id }) => id),
  );
  const chosen = hash === undefined ? all : [planBy(all, hash)];
  const plans = await Promise.all(
    chosen.map(async (waiting) => ({ waiting: facts(waiting), plan: await readWaiting(cli, deployment, waiting) })),
  );
  if (open) for (const waiting of chosen) await openPage(cli, deployment, waiting);
  print(cli, { plans }, (_, paint) => {
    if (plans.length === 0) return 'No plan waits for a decision.';
    return chosen.map((waiting, index) => render(cli, waiting, plans[index]?.plan, paint)).join('\n\n');
  });
  return 0;
}

/** What concerns nobody but the run stays out. */
function facts({ callbackId: _, since, until, ...waiting }: Waiting) {
  return { ...waiting, since: new Date(since).toISOString(), until: new Date(until).toISOString() };
}

async function openPage(cli: Cli, { reportBucket }: Deployment, { key, pageVersionId }: Waiting): Promise<void> {
  const page = new GetObjectCommand({ Bucket: reportBucket, Key: key.replace(/ndjson$/, 'html'), VersionId: pageVersionId });
  await openLink(await askAws('s3:GetObject', getSignedUrl(s3Client(cli), page, { expiresIn: 15 * 60 })));
}

function render(cli: Cli, waiting: Waiting, plan: Plan | undefined, paint: Paint): string {
  const { job, run, actions, considered, sha256, versionId, until, startedBy, excess } = waiting;
  const rows = (plan?.actions ?? [])
    .slice(0, shown)
    .map(({ label, item, why, undo }, index) => [
      String(index + 1),
      printable(label),
      printable(item.name ?? `${item.type} ${item.id}`),
      printable(item.path ?? ''),
      printable(why),
      undo === null ? 'nothing' : printable(undo),
    ]);
  const number = excess === undefined ? '' : ` --actions ${actions}`;
  return [
    `${paint('bold', `${job}: ${count(actions, 'action')}`)} of ${considered} looked at, for ${duration(until - cli.now())} yet`,
    `  run ${run}, started by ${printable(startedBy)}`,
    `  SHA-256 ${sha256}, version ${versionId}`,
    ...(plan?.params ? [paint('yellow', `  Params of its own: ${printable(JSON.stringify(plan.params))}`)] : []),
    ...(excess === undefined ? [] : [paint('yellow', `  Larger than its limits: ${excess}.`)]),
    '',
    table([['no.', 'what', 'name', 'where', 'why', 'undone by'], ...rows], paint),
    ...(actions > shown ? [`… and ${actions - shown} more: --open or --json shows all.`] : []),
    '',
    `  npx nightporter approve ${job} --plan ${sha256.slice(0, 12)}${number} --reason '…' --stage ${cli.stage}`,
    `  npx nightporter reject ${job} --plan ${sha256.slice(0, 12)} --reason '…' --stage ${cli.stage}`,
  ].join('\n');
}
