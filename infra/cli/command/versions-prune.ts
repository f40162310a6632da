import { Command, InvalidArgumentError } from 'commander';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseJob, deployedJobs } from '../deployed-jobs.ts';
import { findDeployment } from '../deployment.ts';
import { count, print, table } from '../output.ts';
import type { Perform } from '../perform.ts';
import { deleteVersion, type FunctionVersion, versionsOf } from '../run/function-versions.ts';

interface PruneOptions {
  readonly keep: number;
  readonly yes?: boolean;
}

const description = `Deletes versions of durable functions that nothing needs any more. A deployment keeps them all, since a
run goes on in the version that it began in, for as long as it takes.

Kept are the version that is live, every one with a run under way, and the newest others. Without --yes
it only says what it would do.`;

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
  const found = await Promise.all(
    jobs.map(async ({ id, functionName }) => (await versionsOf(cli, functionName)).map((each) => ({ job: id, ...each }))),
  );
  const versions = found.flatMap((each) => decide(each, keep));
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

/** Newest first. @param versions of one function */
function decide<V extends FunctionVersion>(versions: readonly V[], keep: number): readonly (V & { readonly kept: string | null })[] {
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
