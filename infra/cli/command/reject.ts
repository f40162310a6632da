import { Command } from 'commander';
import type { Perform } from '../perform.ts';
import { type DecideOptions, decideOn } from '../plan/decide.ts';

const description = `Rejects one plan for good: its run ends, and nothing is changed. The next run makes a plan of its own.`;

const examples = `
Examples:
  $ npx nightporter plan show open-shared-links
  $ npx nightporter reject open-shared-links --plan 3f9a1c0b77de --reason 'The press kit has to stay open'`;

export function rejectCommand(perform: Perform): Command {
  return new Command('reject')
    .summary('reject a plan that waits')
    .description(description)
    .argument('<job>', 'as "nightporter status" lists it')
    .requiredOption('--plan <hash>', 'the hash that "plan show" prints, its first twelve digits at least')
    .requiredOption('--reason <text>', 'why: it is kept with the decision for as long as the plan is')
    .addHelpText('after', examples)
    .action((job: string, options: DecideOptions, command: Command) => perform(command, (cli) => decideOn(cli, job, 'rejected', options)));
}
