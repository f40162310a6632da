import type { Role } from '../iam/identities.ts';

/** AWS::Lambda::Function, as deployed, or as it was when a version of it was published. */
export interface FunctionConfiguration {
  readonly name: string;
  /** Without a qualifier. */
  readonly arn: string;
  /** `$LATEST` or a number. */
  readonly version: string;
  readonly description: string;
  readonly handler: string;
  /** Such as `nodejs24.x`. */
  readonly runtime: string;
  readonly architecture: string;
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  /** Of /tmp. */
  readonly temporaryMiB: number;
  readonly role: Role;
  readonly taskRoot: string;
  /** Folders of the layers, in the order of the template. */
  readonly layers: readonly string[];
  readonly layerArns: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly logGroup: string;
  readonly logFormat: string | undefined;
  readonly logLevel: string | undefined;
  /** ARN of a queue or topic for events that failed for good. */
  readonly deadLetterArn: string | undefined;
  /** Present: each invocation is a durable execution. */
  readonly durable: DurableSettings | undefined;
}

export interface DurableSettings {
  readonly executionTimeoutSeconds: number;
  readonly retentionDays: number;
}

/** All that decides whether a new version would differ from the last; what runs is the code in `taskRoot`, whose name is its content's. */
export function fingerprint({ version: _, role, ...rest }: FunctionConfiguration): string {
  return JSON.stringify({ ...rest, role: role.arn });
}
