import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Call } from '../aws/index.ts';
import type { Sandbox } from '../sandbox.ts';
import { placesOf } from '../start/places.ts';

/** What the page shows; ids, fingerprints and counts, as in a log. */
export interface State {
  readonly now: string;
  readonly places: Readonly<Record<string, string>>;
  readonly schedules: readonly {
    readonly schedule: string;
    readonly expression: string;
    readonly zone: string;
    readonly state: string;
    readonly next: string;
  }[];
  /** Of every function: jobs, shards, receivers, handlers, endpoints. */
  readonly containers: readonly { readonly function: string; readonly processes: string }[];
  readonly runs: readonly {
    readonly job: string;
    readonly due: string;
    readonly state: string;
    readonly attempt: string;
    readonly counts: string;
  }[];
  readonly tokens: readonly { readonly fingerprint: string; readonly subject: string; readonly calls: number; readonly last: string }[];
  readonly box: readonly {
    readonly at: string;
    readonly call: string;
    readonly status: number;
    readonly token: string;
    readonly fault: string;
  }[];
  readonly aws: readonly {
    readonly at: string;
    readonly who: string;
    readonly action: string;
    readonly resource: string;
    readonly answer: string;
  }[];
}

/** The newest calls of each side that are shown. */
const shown = 60;

/** A picture of the sandbox as it is now, from its journals and tables. */
export async function readState(sandbox: Sandbox): Promise<State> {
  return {
    now: new Date().toISOString(),
    places: placesOf(sandbox),
    schedules: schedules(sandbox),
    containers: [...sandbox.aws.containers()].map(([name, processes]) => ({ function: name, processes: processes.join(', ') || 'none' })),
    runs: await runRecords(sandbox),
    tokens: tokensInUse(sandbox),
    box: sandbox.box.journal.entries
      .slice(-shown)
      .reverse()
      .map(({ at, method, path, status, tokenFingerprint = '', fault = '' }) => ({
        at: time(at),
        call: `${method} ${path}`,
        status,
        token: tokenFingerprint,
        fault,
      })),
    aws: sandbox.aws.journal
      .latest(4 * shown)
      .filter((call) => !isOfThisPage(call))
      .slice(-shown)
      .reverse()
      .map(({ at, principal, action, resource, allowed, status }) => ({
        at: time(at),
        who: principal.slice(principal.lastIndexOf('/') + 1),
        action,
        resource: resource.slice(resource.lastIndexOf(':') + 1),
        answer: allowed ? String(status) : 'denied',
      })),
  };
}

function schedules({ aws }: Sandbox): State['schedules'] {
  return aws.schedules().map(({ name, expression, timeZone, enabled, nextDue }) => ({
    schedule: name,
    expression,
    zone: timeZone,
    state: enabled ? 'on' : 'off',
    next: nextDue === undefined ? '' : new Date(nextDue).toISOString().slice(0, 16),
  }));
}

/** The scan below, and what its table's key asks for it. */
function isOfThisPage({ principal, action, context }: Call): boolean {
  const isScan = action === 'dynamodb:Scan' || String(context['kms:ViaService'] ?? '').startsWith('dynamodb.');
  return principal === 'operator' && isScan;
}

async function runRecords(sandbox: Sandbox): Promise<State['runs']> {
  const { region, ...credentials } = sandbox.aws.operator;
  const client = new DynamoDBClient({ region, credentials, endpoint: sandbox.aws.endpoint });
  const { Items = [] } = await client.send(new ScanCommand({ TableName: sandbox.runsTable }));
  client.destroy();
  return Items.filter(({ pk }) => pk?.S?.startsWith('job#'))
    .map(({ pk, sk, state, attempt, counts, code }) => ({
      job: pk?.S?.slice('job#'.length) ?? '',
      due: sk?.S ?? '',
      state: state?.S ?? '',
      attempt: attempt?.N ?? '',
      counts:
        code?.S ??
        Object.entries(counts?.M ?? {})
          .map(([name, { N }]) => `${name} ${N}`)
          .join(', '),
    }))
    .sort((a, b) => b.due.localeCompare(a.due));
}

function tokensInUse({ box }: Sandbox): State['tokens'] {
  const used = Map.groupBy(
    box.journal.entries.filter(({ tokenFingerprint }) => tokenFingerprint),
    ({ tokenFingerprint = '' }) => tokenFingerprint,
  );
  return [...used].map(([fingerprint, calls]) => ({
    fingerprint,
    subject: calls[0]?.subject ?? '',
    calls: calls.length,
    last: time(calls.at(-1)?.at ?? 0),
  }));
}

function time(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}
