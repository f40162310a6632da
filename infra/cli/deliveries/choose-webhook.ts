import { NightporterError } from '../../../lib/errors.ts';
import type { DeployedWebhook, Deployment } from '../deployment.ts';

/** @throws NightporterError `COMMAND_INVALID` naming those that there are */
export function chooseWebhook({ webhooks, stage }: Deployment, name: string): DeployedWebhook {
  const chosen = webhooks.find((webhook) => webhook.name === name);
  if (chosen) return chosen;
  const known = webhooks.map((webhook) => webhook.name).join(', ');
  throw new NightporterError('COMMAND_INVALID', `Name a webhook of the stage "${stage}": "${name}" is none of ${known || '(none)'}.`);
}
