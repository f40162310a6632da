import { Command } from 'commander';
import type { Cli, ExitCode } from '../cli.ts';
import { findDeployment } from '../deployment.ts';
import { callEndpoint } from '../endpoint/call-endpoint.ts';
import { print } from '../output.ts';
import type { Perform } from '../perform.ts';

interface PauseOptions {
  readonly reason: string;
}

const description = `Holds every run of the stage that changes things before its next action: plans are
still made, and nothing is applied until "nightporter resume". An approval that runs out meanwhile is
worth nothing any more.`;

const examples = `
Examples:
  $ npx nightporter pause --stage production --reason 'Box incident'`;

export function pauseCommand(perform: Perform): Command {
  return new Command('pause')
    .summary('hold every run of the stage before its next action')
    .description(description)
    .requiredOption('--reason <text>', 'why: "status" shows it')
    .addHelpText('after', examples)
    .action((options: PauseOptions, command: Command) => perform(command, (cli) => pause(cli, options)));
}

async function pause(cli: Cli, { reason }: PauseOptions): Promise<ExitCode> {
  const { operationsUrl } = await findDeployment(cli);
  const answer = (await callEndpoint(cli, 'operations', operationsUrl, { operation: 'pause', reason })) as { readonly paused: boolean };
  print(
    cli,
    { stage: cli.stage, ...answer },
    () => `The stage ${cli.stage} is paused: nothing is changed until "nightporter resume --stage ${cli.stage}".`,
  );
  return 0;
}
