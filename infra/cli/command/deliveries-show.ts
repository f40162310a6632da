import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { Command } from 'commander';
import { NightporterError } from '../../../lib/errors.ts';
import { keyOf } from '../../../lib/webhook/dedupe.ts';
import { askAws } from '../ask-aws.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseWebhook } from '../deliveries/choose-webhook.ts';
import { withDeadLetters } from '../deliveries/dead-letters.ts';
import { factsOf, type LetterFacts } from '../deliveries/letter-facts.ts';
import { findDeployment } from '../deployment.ts';
import { print } from '../output.ts';
import type { Perform } from '../perform.ts';

interface Shown {
  readonly webhook: string;
  readonly event: string;
  /** `running`, `done`, `failed`, `continued`, `givenUp`; null when no handler has begun it in the last two weeks. */
  readonly state: string | null;
  readonly attempts: number;
  /** Error code of the last attempt that failed. */
  readonly code: string | null;
  readonly endedAt: string | null;
  /** Where it lies in the dead-letter queue. */
  readonly letter: LetterFacts | null;
  /** With `--payload`, of a dead letter. */
  readonly payload?: unknown;
}

const description = `Shows what became of one event: how often it was tried, how that ended, and whether it was given up.`;

const examples = `
Examples:
  $ npx nightporter deliveries show archive-upload eb0c4e06-751f-442c-86f8-fd5bb404dbec
  $ npx nightporter deliveries show archive-upload eb0c4e06-751f-442c-86f8-fd5bb404dbec --payload --json`;

export function deliveriesShowCommand(perform: Perform): Command {
  return new Command('show')
    .summary('what became of one event')
    .description(description)
    .argument('<webhook>', 'its file name without the ending')
    .argument('<event>', 'id in the body of what Box sent, as the log lines have it')
    .option('--payload', 'with what Box said, which may name people and files; of an event that was given up')
    .addHelpText('after', examples)
    .action((webhook: string, event: string, options: { readonly payload?: boolean }, command: Command) =>
      perform(command, (cli) => show(cli, webhook, event, options.payload === true)),
    );
}

async function show(cli: Cli, name: string, eventId: string, withPayload: boolean): Promise<ExitCode> {
  const deployment = await findDeployment(cli);
  const webhook = chooseWebhook(deployment, name);
  const record = await recordOf(cli, deployment.eventsTable, name, eventId);
  const letter = await withDeadLetters(cli, webhook, async (letters) => letters.find(({ event }) => event?.id === eventId));
  if (record === undefined && letter === undefined) {
    const sentence = `Check the id: no handler of ${name} has begun the event in the last two weeks, and it was not given up.`;
    throw new NightporterError('COMMAND_INVALID', sentence);
  }
  const shown: Shown = {
    webhook: name,
    event: eventId,
    state: record?.state?.S ?? null,
    attempts: Number(record?.attempt?.N ?? 0),
    code: record?.code?.S ?? null,
    endedAt: record?.endedAt?.N === undefined ? null : new Date(Number(record.endedAt.N)).toISOString(),
    letter: letter ? factsOf(letter) : null,
    ...(withPayload && { payload: letter?.event ?? null }),
  };
  print(cli, shown, render);
  return 0;
}

async function recordOf(cli: Cli, table: string | undefined, webhook: string, eventId: string) {
  if (table === undefined) return undefined;
  const command = new GetItemCommand({ TableName: table, Key: keyOf({ webhook, eventId }) });
  return (await askAws('dynamodb:GetItem', new DynamoDBClient(cli.aws).send(command))).Item;
}

function render({ webhook, event, state, attempts, code, endedAt, letter, payload }: Shown): string {
  const lines = [`${event} (${webhook}): ${state ?? 'never begun'}, attempt ${attempts}${code ? `, last error ${code}` : ''}`];
  if (endedAt) lines.push(`  Ended: ${endedAt}`);
  if (letter)
    lines.push(`  In the dead-letter queue: ${letter.reason}, sent ${letter.sentAt ?? 'at an unknown time'}, delivery ${letter.delivery}`);
  if (payload) lines.push(JSON.stringify(payload, null, 2));
  return lines.join('\n');
}
