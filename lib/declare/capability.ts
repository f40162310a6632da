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
  /** Subject types that the enabled jobs of this app run as. */
  readonly subjectTypesInUse: readonly ('enterprise' | 'user')[];
  /** One token request that bypasses every cache; the token is thrown away. A refusal is an outcome, anything else an error. */
  mint(subject: { readonly type: 'enterprise' } | { readonly type: 'user'; readonly id: string }): Promise<GrantOutcome>;
}

/** A due time of an enabled schedule that no run has claimed. */
export interface MissingRun {
  readonly job: string;
  readonly dueTime: Date;
}

/** What `uses: ['runs:watch']` hands to a job. */
export interface RunWatch {
  /** Compares each enabled schedule's last due time with the claims. Due times before a schedule was first seen don't count. */
  missing(now: Date): Promise<readonly MissingRun[]>;
}

/**
 * The vocabulary of `uses`. Each capability becomes exactly one grant in the function's role and one property of the job's context;
 * what is not declared neither compiles nor is granted.
 */
export interface Capabilities {
  'content:walk': { readonly content: Content };
  'reports:write': { readonly report: ReportSink };
  'grant:fresh': { readonly grants: FreshGrants };
  'runs:watch': { readonly runs: RunWatch };
}

export type Capability = keyof Capabilities;

export const capabilities: readonly Capability[] = ['content:walk', 'reports:write', 'grant:fresh', 'runs:watch'];
