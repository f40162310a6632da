import type { Asset, Template } from '../assembly.ts';

export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes: Readonly<Record<string, string>>;
  /** As they were resolved: what the next update is compared with. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Which of the resources that have stood under this logical id it is: generated names differ by it. */
  readonly generation: number;
  /** Whether it stays when its logical id goes, when another takes its place, and when the operation that makes it is undone. */
  readonly isKept: { readonly onDelete: boolean; readonly onReplace: boolean; readonly onUndo: boolean };
  readonly status: 'CREATE_COMPLETE' | 'UPDATE_COMPLETE' | 'DELETE_FAILED';
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

export interface StackOutput {
  readonly name: string;
  readonly value: string;
  readonly exportName?: string;
  readonly description?: string;
}

/** A stack as CloudFormation knows it. */
export interface StackRecord {
  readonly name: string;
  readonly id: string;
  readonly status: string;
  readonly reason?: string;
  readonly createdAt: number;
  readonly updatedAt?: number;
  readonly template: Template;
  readonly isProtected: boolean;
  /** Of the template: what an undone update goes back to. */
  readonly assets: ReadonlyMap<string, Asset>;
  /** Values by name: they stay when a later deployment does not name them. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly outputs: readonly StackOutput[];
  /** Names of the exports of other stacks that it uses. */
  readonly imports: ReadonlySet<string>;
  /** In the order in which they were made. */
  readonly resources: ReadonlyMap<string, StackResource>;
}

/** What a deletion left standing. */
export interface Remaining {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly ref: string;
  /** `retained` by its policy, or why it could not be deleted. */
  readonly reason: string;
}

/** All that CloudFormation remembers. */
export interface StackBook {
  readonly stacks: Map<string, StackRecord>;
  /** By `<stack>/<logical id>`, how many resources have stood there. */
  readonly generations: Map<string, number>;
  readonly remains: Remaining[];
}
