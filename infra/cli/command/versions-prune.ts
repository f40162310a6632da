import { Command, InvalidArgumentError } from 'commander';
import { environment } from '../../../lib/env.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseJob, type DeployedJob, deployedJobs } from '../deployed-jobs.ts';
import { findDeployment } from '../deployment.ts';
import { count, print, table } from '../output.ts';
import type { Perform } from '../perform.ts';
import { settingsOfFunction } from '../run/function-settings.ts';
import { deleteVersion, type FunctionVersion, versionsOf } from '../run/function-versions.ts';

interface PruneOptions {
  readonly keep: number;
  readonly yes?: boolean;
}

const description = `Deletes versions of durable functions that nothing needs any more. A deployment keeps them all, since a
run goes on in the version that it began in, for as long as it takes.

Kept are the version that is live, every one with a run under way, and the newest others; and of a job's
shards those that a version which is kept starts. Without --yes it only says what it would do.`;

const examples = `
Examples:
  $ npx nightporter versions prune --stage production                  # what would be deleted
  $ npx nightporter versions prune --keep 5 --yes --stage production`;

export function versionsPruneCommand(perform: Perform): Command {
  return new Command('prune')
    .summary('delete versions that no run needs')
    .description(description)
    .argument('[job]', 'as "nightporter status" lists it; every job if left out')
    .option('--keep <number>', 'so many of the newest, whether or not they are needed', wholeNumber, 3)
    .option('--yes', 'delete them')
    .addHelpText('after', examples)
    .action((job: string | undefined, options: PruneOptions, command: Command) => perform(command, (cli) => prune(cli, job, options)));
}

async function prune(cli: Cli, jobName: string | undefined, { keep, yes = false }: PruneOptions): Promise<ExitCode> {
  const deployment = await findDeployment(cli);
  const jobs = jobName === undefined ? await deployedJobs(deployment) : [await chooseJob(deployment, jobName)];
  const versions = (await Promise.all(jobs.map((job) => judged(cli, job, keep)))).flat();
  const doomed = versions.filter(({ kept }) => kept === null);
  if (yes) for (const { functionName, version } of doomed) await deleteVersion(cli, functionName, version);
  print(cli, { deleted: yes, versions }, (_, paint) => {
    if (versions.length === 0) return 'No job is a durable function.';
    const rows = versions.map(({ job, version, kept }) => [job, version, kept ?? (yes ? 'deleted' : 'would be deleted')]);
    const end =
      yes || doomed.length === 0
        ? `${count(doomed.length, 'version')} deleted.`
        : `Add --yes to delete ${count(doomed.length, 'version')}.`;
    return `${table([['job', 'version', ''], ...rows], paint)}\n${end}`;
  });
  return 0;
}

interface Judged extends FunctionVersion {
  /** Why; null where nothing needs it. */
  readonly kept: string | null;
}

/** The versions of a job, and those of its shards: a version of the one starts that of the other which was deployed with it. */
async function judged(cli: Cli, { id, functionName, shardsName }: DeployedJob, keep: number) {
  const versions = decide(await versionsOf(cli, functionName), keep);
  const own = versions.map((each) => ({ job: id, ...each }));
  if (shardsName === undefined) return own;
  const started = versions.filter(({ kept }) => kept !== null).map(({ version }) => startedBy(cli, functionName, version));
  const needed = new Set(await Promise.all(started));
  const shards = decide(await versionsOf(cli, shardsName), 0).map((each) => ({
    job: `${id}, shards`,
    ...each,
    kept: each.kept ?? (needed.has(each.version) ? 'is started by a version that is kept' : null),
  }));
  return [...own, ...shards];
}

/** Its shards' version, of which the ARN ends. */
async function startedBy(cli: Cli, functionName: string, version: string): Promise<string | undefined> {
  const { variables } = await settingsOfFunction(cli, functionName, version);
  return variables[environment.shardFunction]?.split(':').at(-1);
}

/** Newest first. @param versions of one function */
function decide(versions: readonly FunctionVersion[], keep: number): readonly Judged[] {
  return versions.map((each, index) => {
    if (each.isLive) return { ...each, kept: 'is live' };
    if (each.running > 0) return { ...each, kept: `has ${count(each.running, 'run')} under way` };
    return { ...each, kept: index < keep ? 'is among the newest' : null };
  });
}

function wholeNumber(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number.');
}
