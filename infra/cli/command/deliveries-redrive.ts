import { GetQueueAttributesCommand, SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { Command } from 'commander';
import { askAws } from '../ask-aws.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseWebhook } from '../deliveries/choose-webhook.ts';
import { findDeployment } from '../deployment.ts';
import { count, print } from '../output.ts';
import type { Perform } from '../perform.ts';

const description = `Sends all events of a webhook that were given up to its handler again, with four new hours each.

Correct first what made them fail. An event that was handled meanwhile is not handled again.`;

const examples = `
Examples:
  $ npx nightporter deliveries redrive archive-upload --stage production`;

export function deliveriesRedriveCommand(perform: Perform): Command {
  return new Command('redrive')
    .summary('give the handler what was given up, once more')
    .description(description)
    .argument('<webhook>', 'its file name without the ending')
    .addHelpText('after', examples)
    .action((webhook: string, _options: unknown, command: Command) => perform(command, (cli) => redrive(cli, webhook)));
}

async function redrive(cli: Cli, name: string): Promise<ExitCode> {
  const webhook = chooseWebhook(await findDeployment(cli), name);
  const client = new SQSClient(cli.aws);
  const letters = await attributesOf(client, webhook.deadLettersUrl);
  const events = Number(letters.ApproximateNumberOfMessages ?? 0);
  if (events > 0) {
    const { QueueArn } = await attributesOf(client, webhook.queueUrl);
    // Our own copies were not moved there by SQS, which would not know where to.
    const command = new StartMessageMoveTaskCommand({ SourceArn: letters.QueueArn, DestinationArn: QueueArn });
    await askAws('sqs:StartMessageMoveTask', client.send(command));
  }
  print(cli, { webhook: name, events }, () =>
    events === 0 ? `Nothing of ${name} was given up.` : `${count(events, 'event')} on the way to ${name}.`,
  );
  return 0;
}

async function attributesOf(client: SQSClient, QueueUrl: string): Promise<Readonly<Partial<Record<string, string>>>> {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn', 'ApproximateNumberOfMessages'] });
  return (await askAws('sqs:GetQueueAttributes', client.send(command))).Attributes ?? {};
}
