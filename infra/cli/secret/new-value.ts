import { NightporterError } from '../../../lib/errors.ts';
import { parseCredentials } from '../../../lib/token/credentials.ts';
import type { DeployedApp, Deployment } from '../deployment.ts';
import type { Terminal } from '../terminal.ts';
import { askHidden, readAllInput } from './ask.ts';
import { parseWebhookKeys } from './webhook-keys.ts';

/** A secret and a text that was found fit for it. */
export interface NewValue {
  readonly secretArn: string;
  readonly text: string;
}

/** Credentials from standard input, or asked for at a terminal. @throws NightporterError `SECRET_INVALID` before anything is written */
export async function newCredentials(terminal: Terminal, { secretArn }: DeployedApp): Promise<NewValue> {
  const text = terminal.stdin.isTTY ? await askCredentials(terminal) : await readAllInput(terminal);
  parseCredentials(text, '');
  return { secretArn, text };
}

/** Signing keys. @throws NightporterError `COMMAND_INVALID` where the stage has no secret for them, `SECRET_INVALID` */
export async function newWebhookKeys(terminal: Terminal, { name, webhookKeysArn }: DeployedApp, { stage }: Deployment): Promise<NewValue> {
  if (webhookKeysArn === undefined) {
    const sentence = `Turn a webhook on and deploy first: in the stage "${stage}" the Box app ${name} has no secret for webhook keys.`;
    throw new NightporterError('COMMAND_INVALID', sentence);
  }
  const text = terminal.stdin.isTTY ? await askKeys(terminal) : await readAllInput(terminal);
  return { secretArn: webhookKeysArn, text: JSON.stringify(parseWebhookKeys(text)) };
}

async function askCredentials(terminal: Terminal): Promise<string> {
  const { clientID, clientSecret, enterpriseID } = await askHidden(terminal, [
    { field: 'clientID', label: 'Client ID' },
    { field: 'clientSecret', label: 'Client secret' },
    { field: 'enterpriseID', label: 'Enterprise ID' },
  ]);
  return JSON.stringify({ boxAppSettings: { clientID, clientSecret }, enterpriseID });
}

async function askKeys(terminal: Terminal): Promise<string> {
  return JSON.stringify(
    await askHidden(terminal, [
      { field: 'primaryKey', label: 'Primary signature key' },
      { field: 'secondaryKey', label: 'Secondary signature key' },
    ]),
  );
}
