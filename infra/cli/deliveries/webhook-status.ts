import type { Cli } from '../cli.ts';
import type { DeployedWebhook } from '../deployment.ts';
import { type Paint, table } from '../output.ts';
import { type QueueDepth, queueDepth } from './queue-depth.ts';

/** What a webhook's queues hold; which events were given up, and why, "deliveries list" says. */
export interface WebhookStatus extends QueueDepth {
  readonly webhook: string;
  /** In its dead-letter queue. */
  readonly givenUp: number;
}

export function statusesOf(cli: Pick<Cli, 'aws'>, webhooks: readonly DeployedWebhook[]): Promise<readonly WebhookStatus[]> {
  return Promise.all(
    webhooks.map(async ({ name, queueUrl, deadLettersUrl }) => {
      const [depth, letters] = await Promise.all([queueDepth(cli, queueUrl), queueDepth(cli, deadLettersUrl)]);
      // Who looks at a dead letter hides it for a minute.
      return { webhook: name, ...depth, givenUp: letters.waiting + letters.underWay };
    }),
  );
}

/** Lines for people; none where there is no webhook. */
export function renderWebhooks(statuses: readonly WebhookStatus[], inBox: readonly string[], paint: Paint): readonly string[] {
  if (statuses.length === 0) return [];
  const rows = statuses.map(({ webhook, waiting, underWay, givenUp }) => [
    webhook,
    ...[waiting, underWay, givenUp].map(String),
    givenUp > 0 ? `why: npx nightporter deliveries list ${webhook}` : '',
  ]);
  return ['', table([['webhook', 'waiting', 'under way', 'given up', ''], ...rows], paint), ...inBox.map((status) => `In Box: ${status}`)];
}
