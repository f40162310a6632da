import { randomUUID } from 'node:crypto';
import { AwsError } from '../http/aws-error.ts';
import type { Decision, Need } from '../iam/authorize.ts';
import type { Role } from '../iam/identities.ts';
import type { Attempt } from '../lambda/attempt.ts';
import type { Schedule } from './scheduler.ts';

export interface Firing {
  /** What Lambda made of the event, attempt by attempt; empty when Scheduler could not deliver it. */
  readonly attempts: readonly Attempt[];
  readonly delivery: 'delivered' | 'dead-lettered' | 'dropped';
  /** Deliveries to Lambda after the first. */
  readonly deliveryRetries: number;
}

export interface DeliveryHost {
  readonly now: () => number;
  mayAssume(role: Role, service: string, sourceArn: string): Decision;
  /** Decides and writes into the journal. */
  ask(role: Role, needs: readonly Need[]): Decision;
  sendNeeds(queueArn: string): readonly Need[];
  send(queueArn: string, body: string, attributes: Readonly<Record<string, string>>): Promise<void>;
  invokeAsynchronously(functionArn: string, text: string): Promise<readonly Attempt[]>;
}

/** How deliveries of one event follow each other. */
export interface Pace {
  /** What Lambda answers to a delivery that is to fail, by how many went before it. */
  trouble(retry: number): AwsError | undefined;
  whileBusy<T>(work: () => Promise<T>): Promise<T>;
  /** Before the retry of that number, from 1. */
  pause(retry: number): Promise<void>;
}

interface Occurrence {
  readonly scheduledTime: string;
  readonly executionId: string;
}

type Exhausted = 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';

/** Runs a schedule's target for one due time (milliseconds since 1970), as Scheduler does: its role, its retries, its dead-letter queue. */
export async function deliver(schedule: Schedule, due: number, host: DeliveryHost, pace: Pace): Promise<Firing> {
  const occurrence = { scheduledTime: `${new Date(due).toISOString().slice(0, 19)}Z`, executionId: randomUUID() };
  const since = host.now();
  for (let retry = 0; ; retry += 1) {
    const input = withContext(schedule, occurrence, retry + 1);
    try {
      const attempts = await pace.whileBusy(() => invoke(schedule, input, host, pace.trouble(retry)));
      return { attempts, delivery: 'delivered', deliveryRetries: retry };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      // A missing permission or target is not retried.
      const isPassing = error.status >= 500 || error.status === 429;
      const exhausted = isPassing ? exhaustedBy(schedule, retry, host.now() - since) : undefined;
      if (isPassing && exhausted === undefined) {
        await pace.pause(retry + 1);
        continue;
      }
      const delivery = await pace.whileBusy(() => giveUp(schedule, occurrence, input, { error, retries: retry, exhausted }, host));
      return { attempts: [], delivery, deliveryRetries: retry };
    }
  }
}

function exhaustedBy({ retries, maximumAgeSeconds }: Schedule, retry: number, ageMs: number): Exhausted | undefined {
  if (retry >= retries) return 'MaximumRetryAttempts';
  return ageMs >= maximumAgeSeconds * 1000 ? 'MaximumEventAgeInSeconds' : undefined;
}

async function invoke(schedule: Schedule, input: string, host: DeliveryHost, trouble: AwsError | undefined): Promise<readonly Attempt[]> {
  const { role, functionArn } = schedule;
  const assumed = host.mayAssume(role, 'scheduler.amazonaws.com', schedule.groupArn);
  const decision = assumed.allowed ? host.ask(role, [{ action: 'lambda:InvokeFunction', resource: functionArn }]) : assumed;
  if (!decision.allowed) throw new AwsError('AccessDeniedException', decision.reason, 403);
  if (trouble !== undefined) throw trouble;
  return host.invokeAsynchronously(functionArn, input);
}

interface Failure {
  readonly error: AwsError;
  readonly retries: number;
  readonly exhausted: Exhausted | undefined;
}

/** AWS doc: "Configuring a schedule's dead-letter queue". */
async function giveUp(
  schedule: Schedule,
  occurrence: Occurrence,
  input: string,
  { error, retries, exhausted }: Failure,
  host: DeliveryHost,
): Promise<'dead-lettered' | 'dropped'> {
  const { deadLetterQueueArn, role } = schedule;
  if (deadLetterQueueArn === undefined) return 'dropped';
  if (!host.ask(role, host.sendNeeds(deadLetterQueueArn)).allowed) return 'dropped';
  await host.send(deadLetterQueueArn, input, {
    ERROR_CODE: error.code,
    ERROR_MESSAGE: error.message,
    EXECUTION_ID: occurrence.executionId,
    ...(exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: exhausted }),
    IS_PAYLOAD_TRUNCATED: 'false',
    RETRY_ATTEMPTS: String(retries),
    SCHEDULED_TIME: occurrence.scheduledTime,
    SCHEDULE_ARN: schedule.arn,
    TARGET_ARN: schedule.functionArn,
  });
  return 'dead-lettered';
}

/** AWS doc: "Adding context attributes". */
function withContext(schedule: Schedule, occurrence: Occurrence, attempt: number): string {
  return schedule.input
    .replaceAll('<aws.scheduler.scheduled-time>', occurrence.scheduledTime)
    .replaceAll('<aws.scheduler.schedule-arn>', schedule.arn)
    .replaceAll('<aws.scheduler.execution-id>', occurrence.executionId)
    .replaceAll('<aws.scheduler.attempt-number>', String(attempt));
}
