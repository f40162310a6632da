import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetDurableExecutionHistoryCommand } from '@aws-sdk/client-lambda';
import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { executionsOf } from '../sandbox/durable-run.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Template } from './altered.ts';

/** Physical ids of all that a stage has of a type, by what a deployment without changes tells. */
async function namesOf(type: string, assembly: string, { aws }: Sandbox): Promise<readonly string[]> {
  const { stacks } = await aws.deploy();
  const ofEach = Object.entries(stacks).map(async ([stack, { resources }]) => {
    const { Resources } = JSON.parse(await readFile(join(assembly, `${stack}.template.json`), 'utf8')) as Template;
    return Object.entries(resources).flatMap(([id, ref]) => (Resources[id]?.Type === type ? [ref] : []));
  });
  return (await Promise.all(ofEach)).flat();
}

/** Every durable execution of the stage: what went in and came out of it, of each of its steps, and its errors. */
export async function histories(assembly: string, sandbox: Sandbox): Promise<readonly string[]> {
  const { lambda } = sandbox;
  const names = await namesOf('AWS::Lambda::Function', assembly, sandbox);
  const executions = (await Promise.all(names.map((name) => executionsOf(lambda, name)))).flat();
  return Promise.all(
    executions.map(async (DurableExecutionArn) => {
      let text = '';
      for (let Marker: string | undefined; ; ) {
        const all = { IncludeExecutionData: true, MaxItems: 1000, ...(Marker && { Marker }) };
        const { Events, NextMarker } = await lambda.send(new GetDurableExecutionHistoryCommand({ DurableExecutionArn, ...all }));
        text += JSON.stringify(Events);
        if (!NextMarker) return text;
        Marker = NextMarker;
      }
    }),
  );
}

/** Every item of every table. */
export async function records(assembly: string, sandbox: Sandbox): Promise<readonly string[]> {
  const { endpoint, operator } = sandbox.aws;
  const client = new DynamoDBClient({ endpoint, region: operator.region, credentials: operator });
  const names = await namesOf('AWS::DynamoDB::Table', assembly, sandbox);
  const scanned = await Promise.all(names.map((TableName) => client.send(new ScanCommand({ TableName }))));
  return scanned.flatMap(({ Items = [] }) => Items.map((item) => JSON.stringify(item)));
}

/** What waits in the stage's queues, dead letters among it. It is taken. */
export async function messages(assembly: string, sandbox: Sandbox): Promise<readonly Message[]> {
  const { endpoint, operator } = sandbox.aws;
  const client = new SQSClient({ endpoint, region: operator.region, credentials: operator });
  const urls = await namesOf('AWS::SQS::Queue', assembly, sandbox);
  const asked = { MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All' as const] };
  const received = await Promise.all(urls.map((QueueUrl) => client.send(new ReceiveMessageCommand({ QueueUrl, ...asked }))));
  return received.flatMap(({ Messages = [] }) => Messages);
}
