import { type AttributeValue, DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { ErrorCode } from '../../../lib/errors.ts';
import { askAws } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';

/** What the runs table says of one run. */
export interface RunRecord {
  /** The due time in ISO 8601, or `manual#<id>`. */
  readonly due: string;
  /** `lapsed`: it claims to be running, and its time is over or Lambda has ended it. `stopped`: by a person. */
  readonly state: 'running' | 'lapsed' | 'done' | 'failed' | 'stopped';
  readonly attempt: number;
  /** Id of the attempt's run: in its log, its report's folder and its plan. */
  readonly run: string | undefined;
  /** ARN of the durable execution of a run in steps. */
  readonly execution: string | undefined;
  readonly startedAt: string | undefined;
  /** ARN of who started this attempt, `scheduler`, or `unknown`. */
  readonly startedBy: string | undefined;
  readonly endedAt: string | undefined;
  readonly counts: Readonly<Record<string, number>>;
  /** How many users it is about, where it runs as each of them. */
  readonly users: number | undefined;
  /** Error code of a failed run. */
  readonly code: string | undefined;
  /**
   * What a run in steps found before it changed anything: `done`, `failed` (users), `calls`, `waits`, `waitedSeconds`, `shards`, `costUSD`; and
   * what its ledger says of actions: `applied`, `already`, `changed`, `actionsFailed`, `actionsUnknown`.
   */
  readonly found: Readonly<Record<string, number>>;
  /** Users that failed, by error code. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Key of its report's manifest. */
  readonly report: string | undefined;
}

export interface LastRuns {
  readonly scheduled: RunRecord | undefined;
  readonly manual: RunRecord | undefined;
}

/** Keys of due times start with a digit, those of manual runs with `manual#`; a colon sorts between the two. */
const afterDueTimes = ':';

/** The last due time that was claimed, and the last manual run. */
export async function lastRunsOf(cli: Pick<Cli, 'aws' | 'now'>, table: string, job: string): Promise<LastRuns> {
  const [scheduled, manual] = await Promise.all([last(cli, table, job, 'sk < :bound'), last(cli, table, job, 'sk > :bound')]);
  return { scheduled, manual };
}

/** The one of the two that started later. */
export function latest({ scheduled, manual }: LastRuns): RunRecord | undefined {
  if (!scheduled || !manual) return scheduled ?? manual;
  return (manual.startedAt ?? '') > (scheduled.startedAt ?? '') ? manual : scheduled;
}

async function last({ aws, now }: Pick<Cli, 'aws' | 'now'>, table: string, job: string, bound: string): Promise<RunRecord | undefined> {
  const command = new QueryCommand({
    TableName: table,
    KeyConditionExpression: `pk = :job AND ${bound}`,
    ExpressionAttributeValues: { ':job': { S: `job#${job}` }, ':bound': { S: afterDueTimes } },
    ScanIndexForward: false,
    // Due times sort by time; manual ids do as far as nobody chose them, so some more are looked at.
    Limit: 25,
  });
  const { Items = [] } = await askAws('dynamodb:Query', new DynamoDBClient(aws).send(command));
  const records = Items.map((item) => recordOf(item, now()));
  return records.sort((one, other) => (other.startedAt ?? '').localeCompare(one.startedAt ?? ''))[0];
}

export function recordOf(item: Readonly<Record<string, AttributeValue>>, now: number): RunRecord {
  const stored = item.state?.S;
  const lapsed = stored === 'running' && Number(item.leaseUntil?.N) < now;
  return {
    due: item.sk?.S ?? '',
    state: stored === 'done' || stored === 'failed' ? endOf(stored, item.code?.S) : lapsed ? 'lapsed' : 'running',
    attempt: Number(item.attempt?.N ?? 1),
    run: item.run?.S,
    execution: item.execution?.S,
    startedAt: time(item.startedAt),
    startedBy: item.startedBy?.S,
    endedAt: time(item.endedAt),
    counts: numbersIn(item.counts?.M),
    users: item.users?.N === undefined ? undefined : Number(item.users.N),
    code: item.code?.S,
    found: numbersIn(Object.fromEntries(figures.flatMap((name) => (item[name] ? [[name, item[name]]] : [])))),
    reasons: numbersIn(item.reasons?.M),
    report: item.report?.S,
  };
}

/** In the table a stopped run is one that failed: either is taken up again by a redrive. */
function endOf(stored: 'done' | 'failed', code: string | undefined): RunRecord['state'] {
  return code === ('RUN_STOPPED' satisfies ErrorCode) ? 'stopped' : stored;
}

/** Neither done nor under way: it may be redriven. */
export function isUnfinished({ state }: Pick<RunRecord, 'state'>): boolean {
  return state === 'failed' || state === 'lapsed' || state === 'stopped';
}

const figures = 'done failed calls waits waitedSeconds shards costUSD applied already changed actionsFailed actionsUnknown'.split(' ');

function numbersIn(values: Readonly<Record<string, AttributeValue>> = {}): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value.N)]));
}

function time(value: AttributeValue | undefined): string | undefined {
  return value?.N === undefined ? undefined : new Date(Number(value.N)).toISOString();
}
