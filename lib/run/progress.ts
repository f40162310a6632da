import { type AttributeValue, type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { RunCounts } from '../declare/job-context.ts';
import { addCounts } from './outcome.ts';
import { four, type RunPlace } from './run-place.ts';
import { setStopped } from './switches.ts';

/** How far a shard's execution is: absolute numbers, so that writing them again says the same. */
export interface Progress {
  readonly shard: number;
  readonly execution: number;
  readonly done: number;
  readonly failed: number;
  /** Failed users by their error's code. */
  readonly reasons: RunCounts;
  readonly calls: number;
  readonly waits: number;
  readonly waitedSeconds: number;
  readonly counts: RunCounts;
  /** Lines by kind, of users who are done. */
  readonly lines: RunCounts;
}

export interface ProgressBook {
  put(run: string, progress: Progress): Promise<void>;
  /** All shards of a run, or all executions of one, in their order. */
  all(run: string, shard?: number): Promise<readonly Progress[]>;
  /** Orders a run to stop. */
  stop(place: RunPlace, reason: string): Promise<void>;
}

const keptDays = 400;

export function progressIn(client: DynamoDBClient, table: string, now: () => number = Date.now): ProgressBook {
  const expiresAt = () => ({ N: String(Math.floor(now() / 1000) + keptDays * 86_400) });
  return {
    async put(run, { shard, execution, ...numbers }) {
      const Item = {
        pk: { S: `run#${run}` },
        sk: { S: `shard#${four(shard)}.${execution}` },
        progress: { S: JSON.stringify({ shard, execution, ...numbers }) },
        updatedAt: { N: String(now()) },
        expiresAt: expiresAt(),
      };
      await client.send(new PutItemCommand({ TableName: table, Item }));
    },
    async all(run, shard) {
      const prefix = `shard#${shard === undefined ? '' : `${four(shard)}.`}`;
      const found: Progress[] = [];
      for (let start: Record<string, AttributeValue> | undefined; ; ) {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: 'pk = :run AND begins_with(sk, :shard)',
            ExpressionAttributeValues: { ':run': { S: `run#${run}` }, ':shard': { S: prefix } },
            ConsistentRead: true,
            ...(start && { ExclusiveStartKey: start }),
          }),
        );
        for (const { progress } of Items) if (progress?.S) found.push(JSON.parse(progress.S) as Progress);
        if (!LastEvaluatedKey) return found.sort((a, b) => a.shard - b.shard || a.execution - b.execution);
        start = LastEvaluatedKey;
      }
    },
    stop: (place, reason) => setStopped(client, table, place, { by: 'the run itself', at: now(), reason }),
  };
}

export type ProgressTotals = Omit<Progress, 'shard' | 'execution'>;

export const noProgress: ProgressTotals = { done: 0, failed: 0, reasons: {}, calls: 0, waits: 0, waitedSeconds: 0, counts: {}, lines: {} };

export function totalOf(all: readonly ProgressTotals[]): ProgressTotals {
  return all.reduce<ProgressTotals>(
    (sum, each) => ({
      done: sum.done + each.done,
      failed: sum.failed + each.failed,
      reasons: addCounts(sum.reasons, each.reasons),
      calls: sum.calls + each.calls,
      waits: sum.waits + each.waits,
      waitedSeconds: sum.waitedSeconds + each.waitedSeconds,
      counts: addCounts(sum.counts, each.counts),
      lines: addCounts(sum.lines, each.lines),
    }),
    noProgress,
  );
}
