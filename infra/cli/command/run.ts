import { randomUUID } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import * as z from 'zod/mini';
import { environment } from '../../../lib/env.ts';
import { NightporterError } from '../../../lib/errors.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseJob, type DeployedJob } from '../deployed-jobs.ts';
import { findDeployment } from '../deployment.ts';
import { callEndpoint } from '../endpoint/call-endpoint.ts';
import { print } from '../output.ts';
import type { Perform } from '../perform.ts';
import { settingsOfFunction } from '../run/function-settings.ts';

interface RunOptions {
  readonly id?: string;
  readonly param: Readonly<Record<string, unknown>>;
}

const description = `Starts a job now, beside its schedule, and does not wait for it.

The run claims its own id, not a due time, so the next scheduled run happens as well. The same id
never runs twice at once, and never again once it is done.

A job that changes things plans first, by its stage's mode. Whoever starts a run can't approve its plan.`;

const examples = `
Examples:
  $ npx nightporter run storage-report --stage production
  $ npx nightporter run storage-report --id after-cleanup
  $ npx nightporter run storage-report --param nearQuotaShare=0.8
  $ npx nightporter run open-shared-links --param keep='["123456"]'`;

export function runCommand(perform: Perform): Command {
  return new Command('run')
    .summary('start a job now')
    .description(description)
    .argument('<job>', 'as "nightporter status" lists it')
    .option('--id <id>', 'letters, digits, dot, hyphen, underscore; time and chance if left out')
    .option('--param <name=value>', 'a param for this run alone, as JSON or as text; repeatable', withParam, {})
    .addHelpText('after', examples)
    .action((job: string, options: RunOptions, command: Command) => perform(command, (cli) => start(cli, job, options)));
}

async function start(cli: Cli, jobName: string, { id = newId(cli.now()), param }: RunOptions): Promise<ExitCode> {
  if (!/^[\w.-]{1,64}$/.test(id)) {
    throw new NightporterError('COMMAND_INVALID', 'Give --id letters, digits, dots, hyphens and underscores, at most 64.');
  }
  const deployment = await findDeployment(cli);
  const job = await chooseJob(deployment, jobName);
  const { logGroup, variables } = await settingsOfFunction(cli, job.functionName);
  checkParams(job, variables, param);
  const params = Object.keys(param).length > 0 ? { params: param } : {};
  await callEndpoint(cli, 'operations', deployment.operationsUrl, { operation: 'run', job: job.id, id, ...params });
  print(cli, { job: job.id, id, due: `manual#${id}`, logGroup }, () =>
    [
      `Started ${job.id} as ${id}.`,
      `  Follow it:  npx nightporter runs follow ${job.id} ${id} --stage ${cli.stage}`,
      `  Its log:    aws logs tail '${logGroup}' --follow`,
      `  Its report: npx nightporter report open ${job.id} --stage ${cli.stage}`,
    ].join('\n'),
  );
  return 0;
}

/** Sorts by time, so that the last manual run is the one that was started last. */
function newId(now: number): string {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${time}-${randomUUID().slice(0, 8)}`;
}

/** `nearQuotaShare=0.8` is a number, `name=Ada` is text; text that looks like JSON is put in quotes. */
function withParam(text: string, others: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const [, name, value = ''] = /^([A-Za-z][\w-]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('Give it as name=value.');
  return { ...others, [name]: jsonOrText(value) };
}

function jsonOrText(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** By the job's own schema, as the run will: a mistake is better found here than in a run that failed. @throws NightporterError `PARAMS_INVALID` */
function checkParams(
  { declaration }: DeployedJob,
  variables: Readonly<Record<string, string>>,
  given: Readonly<Record<string, unknown>>,
): void {
  if (declaration === undefined) return;
  const set = JSON.parse(variables[environment.params] ?? '{}') as object;
  const parsed = z.safeParse(declaration.params, { ...set, ...given }, { error: z.locales.en().localeError });
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  throw new NightporterError(
    'PARAMS_INVALID',
    `Correct --param ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is invalid'}.`.replace(' :', ':'),
  );
}
