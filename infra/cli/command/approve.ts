import { Command, InvalidArgumentError } from 'commander';
import type { Perform } from '../perform.ts';
import { type DecideOptions, decideOn } from '../plan/decide.ts';

const description = `Approves one plan: the very bytes that "nightporter plan show" has shown, by their hash and version.
Its run goes on within seconds, re-reads the plan, and applies it.

A plan is decided on once. Whoever started its run can't approve it, neither in the same role nor
under the same name; a plan that is larger than its limits has to be approved by its number of
actions; an incomplete one can't be approved.`;

const examples = `
Examples:
  $ npx nightporter plan show open-shared-links
  $ npx nightporter approve open-shared-links --plan 3f9a1c0b77de --reason 'Agreed with legal, ticket 4711'
  $ npx nightporter approve open-shared-links --plan 3f9a1c0b77de --actions 1240 --reason 'First clean-up'`;

export function approveCommand(perform: Perform): Command {
  return new Command('approve')
    .summary('approve a plan that waits')
    .description(description)
    .argument('<job>', 'as "nightporter status" lists it')
    .requiredOption('--plan <hash>', 'the hash that "plan show" prints, its first twelve digits at least')
    .requiredOption('--reason <text>', 'why: it is kept with the decision for as long as the plan is')
    .option('--actions <number>', 'how many actions it has: needed where that is beyond its limits', wholeNumber)
    .addHelpText('after', examples)
    .action((job: string, options: DecideOptions, command: Command) => perform(command, (cli) => decideOn(cli, job, 'approved', options)));
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number.');
}
