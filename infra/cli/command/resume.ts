import { Command } from 'commander';
import type { Cli, ExitCode } from '../cli.ts';
import { findDeployment } from '../deployment.ts';
import { callEndpoint } from '../endpoint/call-endpoint.ts';
import { print } from '../output.ts';
import type { Perform } from '../perform.ts';

interface ResumeOptions {
  readonly reason: string;
}

const description = `Ends what "nightporter pause" began: runs that wait look again within five minutes.`;

const examples = `
Examples:
  $ npx nightporter resume --stage production --reason 'Incident is over'`;

export function resumeCommand(perform: Perform): Command {
  return new Command('resume')
    .summary('let runs change things again')
    .description(description)
    .requiredOption('--reason <text>', 'why: "status" shows it')
    .addHelpText('after', examples)
    .action((options: ResumeOptions, command: Command) => perform(command, (cli) => resume(cli, options)));
}

async function resume(cli: Cli, { reason }: ResumeOptions): Promise<ExitCode> {
  const { operationsUrl } = await findDeployment(cli);
  const answer = (await callEndpoint(cli, 'operations', operationsUrl, { operation: 'resume', reason })) as { readonly paused: boolean };
  print(cli, { stage: cli.stage, ...answer }, () => `The stage ${cli.stage} goes on: runs that wait look again within five minutes.`);
  return 0;
}
