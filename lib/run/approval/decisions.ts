import { ConditionalCheckFailedException, type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { NightporterError } from '../../errors.ts';

/** A person's word on one plan. There is one for each run and no second. */
export interface Decision {
  readonly verdict: 'approved' | 'rejected';
  /** Of the plan that was decided on, and S3's version of it. */
  readonly sha256: string;
  readonly versionId: string;
  /** Whoever signed the request, as IAM names them; nobody can choose what stands here. */
  readonly by: string;
  readonly reason: string;
  /** Milliseconds since 1970; after `until` it is worth nothing. */
  readonly at: number;
  readonly until: number;
  /** The number of actions, where the approver named it: it allows a plan beyond its limits. */
  readonly actions?: number | undefined;
}

export interface RunName {
  readonly job: string;
  readonly run: string;
}

const schema = z.strictObject({
  verdict: z.enum(['approved', 'rejected']),
  sha256: z.string(),
  versionId: z.string(),
  by: z.string(),
  reason: z.string(),
  at: z.number(),
  until: z.number(),
  actions: z.optional(z.number()),
});

const keyOf = ({ job, run }: RunName) => ({ pk: { S: `plan#${job}` }, sk: { S: run } });

/**
 * Writes the decision where there is none yet. Only the approvals function has a grant to put items into this table.
 * @returns false when somebody has decided before
 */
export async function decide(client: DynamoDBClient, table: string, name: RunName, decision: Decision): Promise<boolean> {
  const command = new PutItemCommand({
    TableName: table,
    Item: { ...keyOf(name), decision: { S: JSON.stringify(decision) } },
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  try {
    await client.send(command);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return wroteBefore(client, table, name, decision);
    throw error;
  }
}

/** The SDK repeats a write whose answer was lost, and then meets its own. */
async function wroteBefore(client: DynamoDBClient, table: string, name: RunName, { by, at }: Decision): Promise<boolean> {
  const present = await decisionOn(client, table, name);
  return present?.by === by && present.at === at;
}

/** @throws NightporterError `APPROVAL_REFUSED` for a record that is none */
export async function decisionOn(client: DynamoDBClient, table: string, name: RunName): Promise<Decision | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: keyOf(name), ConsistentRead: true }));
  if (Item === undefined) return undefined;
  const parsed = schema.safeParse(JSON.parse(Item.decision?.S ?? 'null'));
  if (parsed.success) return parsed.data;
  throw new NightporterError('APPROVAL_REFUSED', 'Run the job again: the decision on its plan is not as the approvals function writes it.');
}
