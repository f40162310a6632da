import { Command } from 'commander';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseApp, findDeployment } from '../deployment.ts';
import { print } from '../output.ts';
import type { Perform } from '../perform.ts';
import { newCredentials, newWebhookKeys } from '../secret/new-value.ts';
import { putVersion } from '../secret/put-version.ts';

interface PutOptions {
  readonly app?: string;
  readonly webhookKeys?: boolean;
}

const description = `Puts a Box app's credentials into its secret, where they serve at once. To replace credentials that
work, "secret stage" is safer.

Reads the JSON that Box's developer console downloads from standard input, or asks for each field at
a terminal and shows nothing. It is checked before anything is written. Never give a secret as an
argument: arguments can be read by every process of the machine.`;

const examples = `
Examples:
  $ npx nightporter secret put < credentials.json
  $ npx nightporter secret put --stage production --app keeper     # asks for the fields
  $ npx nightporter secret put --webhook-keys < keys.json          # {"primaryKey":"…","secondaryKey":"…"}`;

export function secretPutCommand(perform: Perform): Command {
  return new Command('put')
    .summary("put a Box app's credentials")
    .description(description)
    .option('--app <name>', 'Box app; needed where the stage has several')
    .option('--webhook-keys', 'the signing keys of its webhooks instead')
    .addHelpText('after', examples)
    .action((options: PutOptions, command: Command) => perform(command, (cli) => put(cli, options)));
}

async function put(cli: Cli, { app: name, webhookKeys }: PutOptions): Promise<ExitCode> {
  const deployment = await findDeployment(cli);
  const app = chooseApp(deployment, name);
  const value = await (webhookKeys ? newWebhookKeys(cli.terminal, app, deployment) : newCredentials(cli.terminal, app));
  const versionId = await putVersion(cli, { ...value, stage: 'AWSCURRENT' });
  print(cli, { app: app.name, secretArn: value.secretArn, versionId, versionStage: 'AWSCURRENT' }, () => {
    const next = webhookKeys ? '' : ` See whether Box takes it: npx nightporter doctor --stage ${cli.stage} --app ${app.name}`;
    return `Version ${versionId} serves now.${next}`;
  });
  return 0;
}
