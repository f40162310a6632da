import { randomUUID } from 'node:crypto';
import { AwsError } from '../http/aws-error.ts';
import type { Decision, Need } from '../iam/authorize.ts';
import type { Role } from '../iam/identities.ts';
import type { Attempt } from '../lambda/attempt.ts';

/** AWS::Scheduler::Schedule, as deployed. */
export interface Schedule {
  readonly name: string;
  readonly arn: string;
  readonly group: string;
  readonly groupArn: string;
  readonly description: string | undefined;
  readonly expression: string;
  /** `UTC` if the template does not say. */
  readonly timeZone: string;
  /** 0 for none. */
  readonly windowMinutes: number;
  readonly enabled: boolean;
  readonly functionArn: string;
  readonly role: Role;
  /** With `<aws.scheduler.…>` context attributes. */
  readonly input: string;
  readonly retries: number;
  readonly maximumAgeSeconds: number;
  readonly deadLetterQueueArn: string | undefined;
}

export interface FireOptions {
  /** When the run was due; the sandbox's present minute if left out. */
  readonly scheduledTime?: Date | string;
  /** So many deliveries to Lambda fail first, as when Lambda itself has trouble. */
  readonly failDeliveries?: number;
}

export interface Firing {
  /** What Lambda made of the event, attempt by attempt; empty when Scheduler could not deliver it. */
  readonly attempts: readonly Attempt[];
  readonly delivery: 'delivered' | 'dead-lettered' | 'dropped';
  /** Deliveries to Lambda after the first. */
  readonly deliveryRetries: number;
}

export interface SchedulerHost {
  readonly now: () => number;
  mayAssume(role: Role, service: string, sourceArn: string): Decision;
  /** Decides and writes into the journal. */
  ask(role: Role, needs: readonly Need[]): Decision;
  sendNeeds(queueArn: string): readonly Need[];
  send(queueArn: string, body: string, attributes: Readonly<Record<string, string>>): Promise<void>;
  invokeAsynchronously(functionArn: string, text: string): Promise<readonly Attempt[]>;
}

interface Occurrence {
  readonly scheduledTime: string;
  readonly executionId: string;
}

/** EventBridge Scheduler without a timer: who owns the clock fires the schedules. Retries follow each other at once. */
export class Scheduler {
  readonly #host: SchedulerHost;
  readonly #schedules = new Map<string, Schedule>();

  constructor(host: SchedulerHost) {
    this.#host = host;
  }

  add(schedule: Schedule): void {
    this.#schedules.set(schedule.name, schedule);
  }

  find(name: string): Schedule | undefined {
    return this.#schedules.get(name);
  }

  /** By name. */
  get schedules(): readonly Schedule[] {
    return [...this.#schedules.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  remove(name: string): void {
    this.#schedules.delete(name);
  }

  /** @throws Error when there is no such schedule or it is disabled. */
  async fire(name: string, options: FireOptions): Promise<Firing> {
    const schedule = this.#schedules.get(name);
    if (schedule === undefined) throw new Error(`There is no schedule named ${name}.`);
    if (!schedule.enabled) throw new Error(`The schedule ${name} is disabled.`);
    const due = options.scheduledTime ?? new Date(Math.floor(this.#host.now() / 60_000) * 60_000);
    const occurrence = { scheduledTime: `${new Date(due).toISOString().slice(0, 19)}Z`, executionId: randomUUID() };
    for (let retry = 0; ; retry += 1) {
      const input = withContext(schedule, occurrence, retry + 1);
      try {
        const attempts = await this.#deliver(schedule, input, retry < (options.failDeliveries ?? 0));
        return { attempts, delivery: 'delivered', deliveryRetries: retry };
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const exhausted = error.status >= 500 && retry === schedule.retries;
        // A missing permission or target is not retried.
        if (error.status >= 500 && !exhausted) continue;
        const delivery = await this.#giveUp(schedule, occurrence, input, error, retry, exhausted);
        return { attempts: [], delivery, deliveryRetries: retry };
      }
    }
  }

  async #deliver(schedule: Schedule, input: string, fails: boolean): Promise<readonly Attempt[]> {
    const { role, functionArn } = schedule;
    const assumed = this.#host.mayAssume(role, 'scheduler.amazonaws.com', schedule.groupArn);
    const decision = assumed.allowed ? this.#host.ask(role, [{ action: 'lambda:InvokeFunction', resource: functionArn }]) : assumed;
    if (!decision.allowed) throw new AwsError('AccessDeniedException', decision.reason, 403);
    if (fails) throw new AwsError('ServiceException', 'Lambda had trouble, as the caller of the sandbox asked.', 500);
    return this.#host.invokeAsynchronously(functionArn, input);
  }

  /** AWS doc: "Configuring a schedule's dead-letter queue". */
  async #giveUp(
    schedule: Schedule,
    occurrence: Occurrence,
    input: string,
    error: AwsError,
    retries: number,
    exhausted: boolean,
  ): Promise<'dead-lettered' | 'dropped'> {
    const { deadLetterQueueArn, role } = schedule;
    if (deadLetterQueueArn === undefined) return 'dropped';
    if (!this.#host.ask(role, this.#host.sendNeeds(deadLetterQueueArn)).allowed) return 'dropped';
    await this.#host.send(deadLetterQueueArn, input, {
      ERROR_CODE: error.code,
      ERROR_MESSAGE: error.message,
      EXECUTION_ID: occurrence.executionId,
      ...(exhausted ? { EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts' } : {}),
      IS_PAYLOAD_TRUNCATED: 'false',
      RETRY_ATTEMPTS: String(retries),
      SCHEDULED_TIME: occurrence.scheduledTime,
      SCHEDULE_ARN: schedule.arn,
      TARGET_ARN: schedule.functionArn,
    });
    return 'dead-lettered';
  }
}

/** AWS doc: "Adding context attributes". */
function withContext(schedule: Schedule, occurrence: Occurrence, attempt: number): string {
  return schedule.input
    .replaceAll('<aws.scheduler.scheduled-time>', occurrence.scheduledTime)
    .replaceAll('<aws.scheduler.schedule-arn>', schedule.arn)
    .replaceAll('<aws.scheduler.execution-id>', occurrence.executionId)
    .replaceAll('<aws.scheduler.attempt-number>', String(attempt));
}
