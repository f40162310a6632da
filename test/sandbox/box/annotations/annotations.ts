/** Comments, tasks and metadata of one item. Dates in milliseconds, people by user id. */
export interface Annotations {
  readonly comments: Comment[];
  readonly tasks: Task[];
  /** By `scope/templateKey`. */
  readonly metadata: Map<string, MetadataInstance>;
}

export interface Comment {
  readonly id: string;
  /** The comment that it answers. */
  readonly replyTo: string | undefined;
  message: string;
  readonly createdBy: string;
  readonly createdAt: number;
  modifiedAt: number;
}

export interface Task {
  readonly id: string;
  readonly action: string;
  readonly message: string;
  readonly dueAt: number | undefined;
  readonly rule: string;
  readonly createdBy: string;
  readonly createdAt: number;
}

export interface MetadataInstance {
  readonly id: string;
  readonly scope: string;
  readonly templateKey: string;
  version: number;
  values: Readonly<Record<string, unknown>>;
}
