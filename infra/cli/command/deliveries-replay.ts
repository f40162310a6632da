import { DeleteMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { Command } from 'commander';
import { NightporterError } from '../../../lib/errors.ts';
import { askAws } from '../ask-aws.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseWebhook } from '../deliveries/choose-webhook.ts';
import { type DeadLetter, withDeadLetters } from '../deliveries/dead-letters.ts';
import { postSigned } from '../deliveries/post-signed.ts';
import { chooseApp, type DeployedWebhook, findDeployment } from '../deployment.ts';
import { print } from '../output.ts';
import type { Perform } from '../perform.ts';

const description = `Sends one event that was given up through the front door again, as Box would: to the webhook's address,
with a signature of this moment. It shows whether address, keys, receiver and queue work.

Needs to read the signing keys, which only operatorRoleArn and breakGlassRoleArn may.`;

const examples = `
Examples:
  $ npx nightporter deliveries replay archive-upload eb0c4e06-751f-442c-86f8-fd5bb404dbec`;

export function deliveriesReplayCommand(perform: Perform): Command {
  return new Command('replay')
    .summary('send one event again, freshly signed')
    .description(description)
    .argument('<webhook>', 'its file name without the ending')
    .argument('<event>', 'as "deliveries list" shows it')
    .addHelpText('after', examples)
    .action((webhook: string, event: string, _options: unknown, command: Command) =>
      perform(command, (cli) => replay(cli, webhook, event)),
    );
}

async function replay(cli: Cli, name: string, eventId: string): Promise<ExitCode> {
  const deployment = await findDeployment(cli);
  const webhook = chooseWebhook(deployment, name);
  const { webhookKeysArn = '' } = chooseApp(deployment, webhook.app);
  const status = await withDeadLetters(cli, webhook, async (letters, { client }) => {
    const letter = letters.find(({ event }) => event?.id === eventId);
    if (!letter)
      throw new NightporterError('COMMAND_INVALID', `Name an event that "deliveries list ${name}" shows: "${eventId}" was not given up.`);
    const answered = await postSigned(cli, webhookKeysArn, webhook.address, letter.envelope.body);
    if (answered < 300) await remove(client, webhook, letter);
    return answered;
  });
  print(cli, { webhook: name, event: eventId, status }, () =>
    status < 300 ? `Accepted (${status}): the handler will get it.` : `Refused (${status}): it stays in the dead-letter queue.`,
  );
  return status < 300 ? 0 : 1;
}

async function remove(client: SQSClient, { deadLettersUrl }: DeployedWebhook, { receiptHandle }: DeadLetter): Promise<void> {
  const command = new DeleteMessageCommand({ QueueUrl: deadLettersUrl, ReceiptHandle: receiptHandle });
  await askAws('sqs:DeleteMessage', client.send(command));
}
