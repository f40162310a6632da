import type { Archive } from './archive.ts';
import type { Content } from './content.ts';
import type { ReportSink } from './report.ts';

/** The answer of one grant that bypassed every cache (`grant:fresh`). */
export type GrantOutcome =
  | {
      readonly subjectType: 'enterprise' | 'user';
      readonly granted: true;
      readonly expiresInSeconds: number;
    }
  | {
      readonly subjectType: 'enterprise' | 'user';
      readonly granted: false;
      readonly diagnosis: GrantDiagnosis;
    };

/** Why Box refused a grant, for a person: what it said, what is likely wrong, what to click. */
export interface GrantDiagnosis {
  /** Box's OAuth error code, such as `invalid_grant`. */
  readonly error: string;
  /** Box's own words. */
  readonly description: string;
  readonly causes: readonly {
    readonly cause: string;
    readonly setting: string;
    readonly nextStep: string;
  }[];
}

/** What `uses: ['grant:fresh']` hands to a job. */
export interface FreshGrants {
  /** Subject types that the enabled jobs and webhooks of this app run as. */
  readonly subjectTypesInUse: readonly ('enterprise' | 'user')[];
  /** One token request that bypasses every cache; the token is thrown away. A refusal is an outcome, anything else an error. */
  mint(subject: { readonly type: 'enterprise' } | { readonly type: 'user'; readonly id: string }): Promise<GrantOutcome>;
}

/** A due time of an enabled schedule that was not seen to. */
export interface MissingRun {
  readonly job: string;
  readonly dueTime: Date;
  /** `unclaimed`: no run began. `lapsed`: one began, and its time limit passed before it told how it ended. */
  readonly why: 'unclaimed' | 'lapsed';
}

/** What `uses: ['runs:watch']` hands to a job. */
export interface RunWatch {
  /** Compares each enabled schedule's last due time with the claims. Due times before a schedule was first seen don't count. */
  missing(now: Date): Promise<readonly MissingRun[]>;
}

/** What `uses: ['notify:send']` hands to a handler. */
export interface Notifier {
  /**
   * Mails whoever the stage's `notify` names, through the topic of alarms: ids only, as everywhere outside Box.
   * @param message its marker says what it is about: one that was sent with the same marker is not sent again
   */
  send(message: { readonly marker: string; readonly subject: string; readonly text: string }): Promise<'sent' | 'present'>;
}

/** What was done for the webhook of one item, or why nothing was. */
export interface WebhookFinding {
  readonly item: { readonly type: 'file' | 'folder'; readonly id: string };
  /** `recreated`: it was gone. `corrected`: somebody had changed it. `updated`: a deployment has. `left`: it stays, and is no more ours to change. */
  readonly did: 'kept' | 'created' | 'recreated' | 'corrected' | 'updated' | 'adopted' | 'deleted' | 'left' | 'nothing';
  readonly webhook?: string | undefined;
  /** What stands in the way, and what to do: one sentence. */
  readonly problem?: string | undefined;
}

/** What a catch-up from the enterprise's events has done. */
export interface CaughtUp {
  /** Events that were sent. */
  readonly events: number;
  /** Why that of one owner of webhooks could not be done, and what to do: one sentence each. It is tried again the next time. */
  readonly problems: readonly string[];
}

/** What `uses: ['webhooks:reconcile']` hands to a job. */
export interface WebhookReconciler {
  /** Makes this Box app's webhooks those that the last deployment wants. `undefined` while the app's secret has no value yet. */
  reconcile(): Promise<readonly WebhookFinding[] | undefined>;
  /** Sends what happened while a webhook was deaf to its handler, from Box's events. */
  catchUp(): Promise<CaughtUp>;
}

/**
 * The vocabulary of `uses`. Each capability becomes exactly one grant in the function's role and one property of the job's context;
 * what is not declared neither compiles nor is granted.
 */
export interface Capabilities {
  'archive:write': { readonly archive: Archive };
  'content:walk': { readonly content: Content };
  'reports:write': { readonly report: ReportSink };
  'grant:fresh': { readonly grants: FreshGrants };
  'notify:send': { readonly notify: Notifier };
  'runs:watch': { readonly runs: RunWatch };
  'webhooks:reconcile': { readonly webhooks: WebhookReconciler };
}

/** A name in the vocabulary of `uses`. */
export type Capability = keyof Capabilities;

/** All of them, for what is checked without types. */
export const capabilities: readonly Capability[] = [
  'archive:write',
  'content:walk',
  'reports:write',
  'grant:fresh',
  'notify:send',
  'runs:watch',
  'webhooks:reconcile',
];
