import { Command } from 'commander';
import { NightporterError } from '../../../lib/errors.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseApp, findDeployment } from '../deployment.ts';
import { renderChecks } from '../doctor/render.ts';
import { print } from '../output.ts';
import type { Perform } from '../perform.ts';
import { assertMayPromote } from '../secret/may-promote.ts';
import { newCredentials } from '../secret/new-value.ts';
import { putVersion } from '../secret/put-version.ts';
import { testGrant } from '../secret/test-grant.ts';
import { carrying, versionsOf } from '../secret/versions.ts';

interface StageOptions {
  readonly app?: string;
}

const description = `Writes new credentials beside those that serve (AWSPENDING), and asks Box for a token with them.

No job uses them before "secret promote". Box kills the old client secret the moment that it is
reset in the console, so between reset and promote jobs live on the tokens that they have and then
wait: be quick, nothing needs a deploy.`;

const examples = `
Exit code: 0 Box grants, 1 Box refuses or does not answer (the version stays staged and unused), or AWS does not let you promote (nothing was written), 2 the input is wrong and nothing was written.

Examples:
  $ npx nightporter secret stage --stage production < new-credentials.json && npx nightporter secret promote --stage production`;

export function secretStageCommand(perform: Perform): Command {
  return new Command('stage')
    .summary('write new credentials beside the old ones, and test them')
    .description(description)
    .option('--app <name>', 'Box app; needed where the stage has several')
    .addHelpText('after', examples)
    .action((options: StageOptions, command: Command) => perform(command, (cli) => stage(cli, options)));
}

async function stage(cli: Cli, { app: name }: StageOptions): Promise<ExitCode> {
  const app = chooseApp(await findDeployment(cli), name);
  // Secrets Manager makes the first version of a secret the current one, whatever it was to be.
  const current = carrying(await versionsOf(cli, app.secretArn), 'AWSCURRENT');
  if (!current) {
    throw new NightporterError(
      'COMMAND_INVALID',
      'Use "nightporter secret put": the secret has no value yet, so there is nothing to stage beside.',
    );
  }
  await assertMayPromote(cli, app.secretArn, current.versionId);
  const value = await newCredentials(cli.terminal, app);
  await putVersion(cli, { ...value, stage: 'AWSPENDING' });
  const { versionId, check } = await testGrant(cli, app.secretArn, 'AWSPENDING');
  const granted = check.outcome === 'works';
  print(cli, { app: app.name, versionId, versionStage: 'AWSPENDING', granted, check }, (_, paint) => {
    const next = granted
      ? `Let it serve: npx nightporter secret promote --stage ${cli.stage} --app ${app.name}`
      : 'The old version still serves.';
    return `${renderChecks(`Staged version ${versionId}`, [check], paint)}\n\n${next}`;
  });
  return granted ? 0 : 1;
}
