import { SecretsManagerClient, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { Command } from 'commander';
import { NightporterError } from '../../../lib/errors.ts';
import { askAws } from '../ask-aws.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseApp, findDeployment } from '../deployment.ts';
import { renderChecks } from '../doctor/render.ts';
import { print } from '../output.ts';
import type { Perform } from '../perform.ts';
import { testGrant } from '../secret/test-grant.ts';
import { carrying, versionsOf } from '../secret/versions.ts';

interface PromoteOptions {
  readonly app?: string;
}

const description = `Lets the staged credentials serve, after one more token from Box with them.

Functions pick the new version up by themselves: no deploy, no restart. The old one stays as
AWSPREVIOUS.`;

const examples = `
Exit code: 0 it serves, 1 Box refuses it or does not answer, and nothing was changed, 2 nothing is staged.

Examples:
  $ npx nightporter secret promote --stage production
  $ npx nightporter secret status --stage production`;

export function secretPromoteCommand(perform: Perform): Command {
  return new Command('promote')
    .summary('let the staged credentials serve')
    .description(description)
    .option('--app <name>', 'Box app; needed where the stage has several')
    .addHelpText('after', examples)
    .action((options: PromoteOptions, command: Command) => perform(command, (cli) => promote(cli, options)));
}

async function promote(cli: Cli, { app: name }: PromoteOptions): Promise<ExitCode> {
  const app = chooseApp(await findDeployment(cli), name);
  const versions = await versionsOf(cli, app.secretArn);
  const [staged, current] = [carrying(versions, 'AWSPENDING'), carrying(versions, 'AWSCURRENT')];
  if (!staged || staged === current) {
    throw new NightporterError('COMMAND_INVALID', 'Stage new credentials first, with "nightporter secret stage": none are waiting.');
  }
  const { versionId, check } = await testGrant(cli, app.secretArn, 'AWSPENDING');
  const granted = check.outcome === 'works';
  if (granted) await moveCurrent(cli, app.secretArn, { from: current?.versionId, to: versionId });
  print(cli, { app: app.name, versionId, promoted: granted, check }, (_, paint) => {
    const verdict = granted ? 'It serves now.' : 'Nothing was changed.';
    return `${renderChecks(`Staged version ${versionId}`, [check], paint)}\n\n${verdict}`;
  });
  return granted ? 0 : 1;
}

/** Fails when another version has become the current one meanwhile. */
async function moveCurrent(
  { aws }: Cli,
  secretArn: string,
  { from, to }: { readonly from: string | undefined; readonly to: string },
): Promise<void> {
  const command = new UpdateSecretVersionStageCommand({
    SecretId: secretArn,
    VersionStage: 'AWSCURRENT',
    MoveToVersionId: to,
    ...(from !== undefined && { RemoveFromVersionId: from }),
  });
  await askAws('secretsmanager:UpdateSecretVersionStage', new SecretsManagerClient(aws).send(command));
}
