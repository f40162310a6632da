import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { NightporterError } from '../../errors.ts';
import type { RunName } from '../approval/decisions.ts';
import { waitingOf } from '../approval/waiting.ts';
import { setPaused, setStopped } from '../switches.ts';
import { wake } from '../wake.ts';
import { type RecordParts, rememberParams, storedRun } from './record.ts';

export interface OperationsParts extends RecordParts {
  readonly lambda: LambdaClient;
  /** Name of each job's function. */
  readonly functions: Readonly<Record<string, string>>;
  /** Jobs that run in steps. */
  readonly durable: ReadonlySet<string>;
}

export type Operation =
  | {
      readonly operation: 'run';
      readonly job: string;
      readonly id: string;
      readonly params?: Readonly<Record<string, unknown>> | undefined;
    }
  | { readonly operation: 'redrive' | 'look'; readonly job: string; readonly due: string }
  | ({ readonly operation: 'stop'; readonly reason: string } & RunName)
  | { readonly operation: 'pause' | 'resume'; readonly reason: string };

/**
 * What operators do, in the name of whoever signed: a run learns from here alone who started it.
 * @param by ARN of the one who signed the request
 * @throws NightporterError `COMMAND_INVALID`
 */
export async function operate(parts: OperationsParts, request: Operation, by: string): Promise<object> {
  const { dynamodb, runsTable, now } = parts;
  switch (request.operation) {
    case 'run':
      return run(parts, request, by);
    case 'redrive':
      return redrive(parts, request.job, request.due, by);
    case 'look':
      // What the table says of a run that Lambda has ended stays as it was: only Lambda knows.
      return { state: (await storedRun(parts, request.job, request.due)).state };
    case 'stop':
      if (!parts.durable.has(request.job))
        throw new NightporterError(
          'COMMAND_INVALID',
          'Let it end, which it does within 15 minutes: only a job in steps can be stopped, between two of them.',
        );
      await setStopped(dynamodb, runsTable, request, { by, at: now(), reason: request.reason });
      return { stopped: request.run, woken: await wakeWaiting(parts, request) };
    default: {
      const paused = request.operation === 'pause';
      await setPaused(dynamodb, runsTable, paused, { by, at: now(), reason: request.reason });
      return { paused };
    }
  }
}

async function run(parts: OperationsParts, { job, id, params }: Operation & { operation: 'run' }, by: string): Promise<object> {
  const { dynamodb, runsTable, now } = parts;
  if (params) await rememberParams(dynamodb, runsTable, { job, due: `manual#${id}`, params, now: now() });
  return start(parts, job, { manual: id, startedBy: by, ...(params && { params }) });
}

/** As the report bucket keeps what a run needs on its way. */
const workKeptMs = 7 * 86_400_000;

/** @throws NightporterError `COMMAND_INVALID` where there is nothing to do again, or too little left to go on from */
async function redrive(parts: OperationsParts, job: string, due: string, by: string): Promise<object> {
  const { state, params, work } = await storedRun(parts, job, due);
  const manual = /^manual#(.+)$/.exec(due)?.[1];
  if (state === 'done') throw new NightporterError('COMMAND_INVALID', 'Leave it: this run is done; "run" starts another one.');
  if (state === 'running') throw new NightporterError('COMMAND_INVALID', 'Wait, or stop it first: this run is still going on.');
  // A due time that nobody has claimed is a missing run, which is what redriving is for.
  if (state === 'missing' && manual !== undefined)
    throw new NightporterError('COMMAND_INVALID', 'Name a run that there was: nobody has started this one.');
  if (work && parts.now() - work.at > workKeptMs)
    throw new NightporterError('COMMAND_INVALID', 'Start it anew with "run": what this run has laid down is kept for a week.');
  const { at: _, ...earlier } = work ?? { at: 0 };
  const event = manual === undefined ? { scheduledTime: due } : { manual, ...(params && { params }) };
  return { ...(await start(parts, job, { ...event, startedBy: by, ...(work && { earlier }) })), due, was: state };
}

/** As the schedule does: the alias has the destination of failures. */
async function start({ lambda, functions }: OperationsParts, job: string, event: object): Promise<object> {
  const name = Object.hasOwn(functions, job) ? functions[job] : undefined;
  if (name === undefined) throw new NightporterError('COMMAND_INVALID', 'Name a job that is deployed: there is no function for this one.');
  const Payload = Buffer.from(JSON.stringify(event));
  await lambda.send(new InvokeCommand({ FunctionName: name, Qualifier: 'live', InvocationType: 'Event', Payload }));
  return { job, started: true };
}

/** A run that waits for a decision would not look at its switch before it is woken. */
async function wakeWaiting({ dynamodb, lambda, runsTable }: OperationsParts, name: RunName): Promise<boolean> {
  const waiting = await waitingOf(dynamodb, runsTable, name);
  return waiting !== undefined && wake(lambda, waiting.callbackId);
}
