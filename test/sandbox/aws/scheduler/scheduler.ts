import { AwsError } from '../http/aws-error.ts';
import type { Role } from '../iam/identities.ts';
import { type DeliveryHost, deliver, type Firing } from './deliver.ts';
import type { Timing } from './next-due.ts';

/** AWS::Scheduler::Schedule, as deployed. */
export interface Schedule extends Timing {
  readonly name: string;
  readonly arn: string;
  readonly group: string;
  readonly groupArn: string;
  readonly description: string | undefined;
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

/** EventBridge Scheduler: what is to be started, and by hand. A timetable adds the due times. */
export class Scheduler {
  readonly host: DeliveryHost;
  /** A schedule is due at other times than before. */
  onChange: (name: string) => void = () => {};
  readonly #schedules = new Map<string, Schedule>();

  constructor(host: DeliveryHost) {
    this.host = host;
  }

  add(schedule: Schedule): void {
    this.#schedules.set(schedule.name, schedule);
    this.onChange(schedule.name);
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
    this.onChange(name);
  }

  /** Retries follow each other at once. @throws Error when there is no such schedule or it is disabled */
  async fire(name: string, { scheduledTime, failDeliveries = 0 }: FireOptions): Promise<Firing> {
    const schedule = this.#schedules.get(name);
    if (schedule === undefined) throw new Error(`There is no schedule named ${name}.`);
    if (!schedule.enabled) throw new Error(`The schedule ${name} is disabled.`);
    const due = scheduledTime === undefined ? Math.floor(this.host.now() / 60_000) * 60_000 : new Date(scheduledTime).getTime();
    const asked = new AwsError('ServiceException', 'Lambda had trouble, as the caller of the sandbox asked.', 500);
    return deliver(schedule, due, this.host, {
      trouble: (retry) => (retry < failDeliveries ? asked : undefined),
      whileBusy: (work) => work(),
      pause: async () => {},
    });
  }
}
