import type { Asset } from '../assembly.ts';
import type { SandboxClock } from '../clock.ts';
import type { ResponseDesk } from '../cloudformation/response-desk.ts';
import type { DynamoDb } from '../dynamodb/dynamodb.ts';
import type { Authorizer } from '../iam/authorize.ts';
import type { Identities } from '../iam/identities.ts';
import type { Statement } from '../iam/policy.ts';
import type { Keys } from '../kms/keys.ts';
import type { EventSources } from '../lambda/event-sources/event-sources.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { FunctionUrls } from '../lambda/urls/function-urls.ts';
import type { LogGroups } from '../logs/log-events.ts';
import type { Messages } from '../messages/messages.ts';
import type { S3 } from '../s3/s3.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import type { SecretBook } from '../secrets-manager/secret-book.ts';
import type { Workshop } from '../workshop.ts';
import type { Properties } from './properties.ts';

/** Where resources are made. */
export interface Site {
  readonly region: string;
  readonly accountId: string;
  readonly identities: Identities;
  readonly authorizer: Authorizer;
  readonly keys: Keys;
  readonly s3: S3;
  readonly dynamodb: DynamoDb;
  readonly messages: Messages;
  readonly secrets: SecretBook;
  readonly lambda: Lambda;
  readonly urls: FunctionUrls;
  readonly eventSources: EventSources;
  readonly scheduler: Scheduler;
  readonly clock: SandboxClock;
  readonly logGroups: LogGroups;
  /** Where custom resources answer. */
  readonly responses: ResponseDesk;
  /** Managed policies and layers of the deployment, by ARN. */
  readonly managedPolicies: Map<string, readonly Statement[]>;
  readonly layers: Map<string, string>;
  /** Of SSM, by name. */
  readonly parameters: Map<string, string>;
  readonly workshop: Workshop;
}

/** A resource of a template, its properties resolved. */
export interface Declared {
  readonly logicalId: string;
  readonly properties: Properties;
  /** The stack's assets by object key. */
  readonly assets: ReadonlyMap<string, Asset>;
  /** A name as CloudFormation generates them, `<stack>-<logical id>-<suffix>`, cut to what the service takes. */
  physicalName(maximum: number): string;
}

export interface Created {
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A resource that an earlier deployment made, with the properties it has. */
export interface Existing extends Created {
  readonly properties: Properties;
}

/** How the sandbox makes one type of resource. */
export interface ResourceType {
  /** What it can do, or may ignore; a template that says more is refused. Absent: everything may be said. */
  readonly properties?: readonly string[];
  /** Properties whose change makes CloudFormation put another resource in its place; `any` where all do. */
  readonly replacedBy?: readonly string[] | 'any';
  create(declared: Declared, site: Site): Promise<Created> | Created;
  /** Changes it in place. Absent: nothing here depends on its properties. */
  update?(declared: Declared, site: Site, existing: Existing): Promise<Created> | Created;
  /** Absent: there is nothing to take away. @throws Error when AWS would refuse */
  delete?(existing: Existing, site: Site): Promise<void> | void;
}

export type ResourceTypes = Readonly<Record<string, ResourceType>>;
