import type { Asset } from '../assembly.ts';
import type { DynamoDb } from '../dynamodb.ts';
import type { Authorizer } from '../iam/authorize.ts';
import type { Identities } from '../iam/identities.ts';
import type { Statement } from '../iam/policy.ts';
import type { Keys } from '../kms.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { Messages } from '../messages.ts';
import type { S3 } from '../s3/s3.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import type { SecretsManager } from '../secrets-manager.ts';
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
  readonly secrets: SecretsManager;
  readonly lambda: Lambda;
  readonly scheduler: Scheduler;
  /** Managed policies and layers of the deployment, by ARN. */
  readonly managedPolicies: Map<string, readonly Statement[]>;
  readonly layers: Map<string, string>;
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

/** How the sandbox makes one type of resource. */
export interface ResourceType {
  /** What it can do, or may ignore; a template that says more is refused. Absent: everything may be said. */
  readonly properties?: readonly string[];
  create(declared: Declared, site: Site): Promise<Created> | Created;
}

export type ResourceTypes = Readonly<Record<string, ResourceType>>;
