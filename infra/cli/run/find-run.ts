import { DynamoDBClient, GetItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { NightporterError } from '../../../lib/errors.ts';
import { askAws } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';
import type { Deployment } from '../deployment.ts';
import { itemsOf } from '../items-of.ts';
import { type RunRecord, recordOf } from './run-record.ts';

/** @throws NightporterError `NOT_DEPLOYED` */
export function runsTableOf({ runsTable }: Deployment): string {
  if (runsTable !== undefined) return runsTable;
  throw new NightporterError('NOT_DEPLOYED', 'Deploy the stage again: it has no runs table.');
}

/** The runs of a job, the one that began last first. */
export async function runsOf({ aws, now }: Pick<Cli, 'aws' | 'now'>, table: string, job: string): Promise<readonly RunRecord[]> {
  const ofJob = {
    TableName: table,
    KeyConditionExpression: 'pk = :job',
    ExpressionAttributeValues: { ':job': { S: `job#${job}` } },
  };
  const pages = paginateQuery({ client: new DynamoDBClient(aws) }, ofJob);
  const records = (await itemsOf('dynamodb:Query', pages)).map((item) => recordOf(item, now()));
  return records.sort((one, other) => (other.startedAt ?? '').localeCompare(one.startedAt ?? ''));
}

/**
 * One run, or the one that began last where none is named.
 * @param due the due time as `runs list` prints it, `manual#<id>`, or a manual run's id alone
 * @throws NightporterError `COMMAND_INVALID`
 */
export async function findRun(cli: Pick<Cli, 'aws' | 'now'>, table: string, job: string, due: string | undefined): Promise<RunRecord> {
  const found = due === undefined ? (await runsOf(cli, table, job))[0] : await runAt(cli, table, job, due);
  if (found) return found;
  const which = due === undefined ? 'it has none' : `none was due at "${due}"`;
  throw new NightporterError('COMMAND_INVALID', `Name a run that "nightporter runs list ${job}" shows: ${which}.`);
}

async function runAt({ aws, now }: Pick<Cli, 'aws' | 'now'>, table: string, job: string, due: string): Promise<RunRecord | undefined> {
  const Key = { pk: { S: `job#${job}` }, sk: { S: asDueKey(due) } };
  const command = new GetItemCommand({ TableName: table, Key, ConsistentRead: true });
  const { Item } = await askAws('dynamodb:GetItem', new DynamoDBClient(aws).send(command));
  return Item && recordOf(Item, now());
}

/** A time is a due time; anything else is the id of a manual run. */
export function asDueKey(due: string): string {
  const time = /^\d{4}-\d\d-\d\dT/.test(due) ? Date.parse(due) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');
  return due.startsWith('manual#') ? due : `manual#${due}`;
}
