import { Command } from 'commander';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseWebhook } from '../deliveries/choose-webhook.ts';
import { withDeadLetters } from '../deliveries/dead-letters.ts';
import { factsOf, type LetterFacts } from '../deliveries/letter-facts.ts';
import { type QueueDepth, queueDepth } from '../deliveries/queue-depth.ts';
import { type DeployedWebhook, findDeployment } from '../deployment.ts';
import { type Paint, print, table } from '../output.ts';
import type { Perform } from '../perform.ts';

interface WebhookState extends QueueDepth {
  readonly webhook: string;
  readonly address: string;
  readonly givenUp: readonly LetterFacts[];
  /** There are more than are shown. */
  readonly isCut: boolean;
}

const description = `Shows what waits for the handlers of webhooks, and which events were given up and why.

Events are given up four hours after their first attempt; from then on they wait here for a person,
for two weeks.`;

const examples = `
Exit code: 0 nothing was given up, 1 something was, 2 the command or the stage is wrong.

Examples:
  $ npx nightporter deliveries list --stage production
  $ npx nightporter deliveries list archive-upload --json | jq '.webhooks[].givenUp[].reason'`;

export function deliveriesListCommand(perform: Perform): Command {
  return new Command('list')
    .summary('what waits, and what was given up')
    .description(description)
    .argument('[webhook]', 'all of them if left out')
    .addHelpText('after', examples)
    .action((webhook: string | undefined, _options: unknown, command: Command) => perform(command, (cli) => list(cli, webhook)));
}

async function list(cli: Cli, name: string | undefined): Promise<ExitCode> {
  const deployment = await findDeployment(cli);
  const chosen = name === undefined ? deployment.webhooks : [chooseWebhook(deployment, name)];
  const webhooks = await Promise.all(chosen.map((webhook) => stateOf(cli, webhook)));
  print(cli, { stage: cli.stage, webhooks }, (_, paint) => render(webhooks, paint));
  return webhooks.every(({ givenUp }) => givenUp.length === 0) ? 0 : 1;
}

async function stateOf(cli: Cli, webhook: DeployedWebhook): Promise<WebhookState> {
  return {
    webhook: webhook.name,
    address: webhook.address,
    ...(await queueDepth(cli, webhook.queueUrl)),
    ...(await withDeadLetters(cli, webhook, async (letters, { isCut }) => ({ givenUp: letters.map(factsOf), isCut }))),
  };
}

function render(webhooks: readonly WebhookState[], paint: Paint): string {
  if (webhooks.length === 0) return 'No webhook is deployed.';
  const queues = webhooks.map(({ webhook, waiting, underWay, givenUp, isCut }) => [
    ...[webhook, String(waiting), String(underWay), `${givenUp.length}${isCut ? ' and more' : ''}`],
  ]);
  const letters = webhooks.flatMap(({ webhook, givenUp }) =>
    givenUp.map(({ event, trigger, source, reason, attempts, sentAt }) => [
      ...[webhook, event ?? '(no event)', trigger ?? '', source ?? '', reason, String(attempts ?? ''), sentAt ?? ''],
    ]),
  );
  const counts = table([['webhook', 'waiting', 'under way', 'given up'], ...queues], paint);
  if (letters.length === 0) return counts;
  return `${counts}\n\n${table([['webhook', 'event', 'trigger', 'source', 'reason', 'attempts', 'sent'], ...letters], paint)}`;
}
