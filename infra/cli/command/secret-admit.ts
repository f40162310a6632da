import { resolve } from 'node:path';
import { Command } from 'commander';
import { NightporterError } from '../../../lib/errors.ts';
import { roleArn } from '../../arn.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { print } from '../output.ts';
import type { Perform } from '../perform.ts';
import { ownRole } from '../secret/own-role.ts';
import { addSetting } from '../secret/stage-file.ts';

const description = `Lets a role read the stage's secrets, beside the jobs: writes stages.<stage>.operatorRoleArn into the
cdk.json of this folder. The next deploy of the stage makes it so; until then nothing changes.

The secrets refuse everybody whom the stage does not name, administrators too. "doctor", "secret stage",
"secret promote" and "deliveries replay" need to read them.`;

const examples = `
Examples:
  $ npx nightporter secret admit                                        # the role that you have taken on
  $ npx nightporter secret admit arn:aws:iam::111122223333:role/porter --stage production`;

export function secretAdmitCommand(perform: Perform): Command {
  return new Command('admit')
    .summary('let a role read the secrets, from the next deploy on')
    .description(description)
    .argument('[role]', 'ARN of an IAM role, with its path; your own if left out')
    .addHelpText('after', examples)
    .action((role: string | undefined, _options: unknown, command: Command) => perform(command, (cli) => admit(cli, role)));
}

async function admit(cli: Cli, named: string | undefined): Promise<ExitCode> {
  const parsed = roleArn.safeParse(named ?? (await ownRole(cli)));
  if (!parsed.success)
    throw new NightporterError('COMMAND_INVALID', 'Give the ARN of one IAM role, such as arn:aws:iam::111122223333:role/porter.');
  const file = resolve('cdk.json');
  const changed = await addSetting(file, cli.stage, 'operatorRoleArn', parsed.data);
  print(cli, { stage: cli.stage, operatorRoleArn: parsed.data, changed }, () =>
    changed
      ? `${parsed.data} stands in cdk.json now, as stages.${cli.stage}.operatorRoleArn: commit it, and deploy the stage.`
      : `${parsed.data} stands in cdk.json already.`,
  );
  return 0;
}
