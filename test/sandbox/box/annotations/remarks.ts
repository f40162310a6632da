import type { BoxWorld } from '../call.ts';
import type { ContentItem } from '../enterprise/content-tree.ts';
import type { Annotations, Comment, Task } from './annotations.ts';

/** Where comments and tasks are, by their ids. */
export class Remarks {
  readonly #world: () => BoxWorld;
  readonly #comments = new Map<string, { readonly item: ContentItem; readonly comment: Comment }>();
  readonly #tasks = new Map<string, { readonly item: ContentItem; readonly task: Task }>();
  #made = 0;

  constructor(world: () => BoxWorld) {
    this.#world = world;
  }

  /** What the item has, or room for it. */
  of(item: ContentItem): Annotations {
    const known = item.more?.annotations;
    if (known) return known;
    this.#world().enterprise.forest.keep(item);
    const annotations: Annotations = { comments: [], tasks: [], metadata: new Map() };
    item.more = { ...item.more, annotations };
    return annotations;
  }

  addComment(item: ContentItem, given: Pick<Comment, 'message' | 'createdBy' | 'replyTo'>): Comment {
    const now = this.#world().now();
    const comment = { ...given, id: this.#nextId(), createdAt: now, modifiedAt: now };
    this.of(item).comments.push(comment);
    this.#comments.set(comment.id, { item, comment });
    return comment;
  }

  comment(id: string) {
    return this.#comments.get(id);
  }

  removeComment(id: string): void {
    const found = this.#comments.get(id);
    const comments = found?.item.more?.annotations?.comments ?? [];
    const position = comments.findIndex((comment) => comment.id === id);
    if (position >= 0) comments.splice(position, 1);
    this.#comments.delete(id);
  }

  addTask(item: ContentItem, given: Omit<Task, 'id' | 'createdAt'>): Task {
    const task = { ...given, id: this.#nextId(), createdAt: this.#world().now() };
    this.of(item).tasks.push(task);
    this.#tasks.set(task.id, { item, task });
    return task;
  }

  task(id: string) {
    return this.#tasks.get(id);
  }

  #nextId(): string {
    return String(81_000_001 + this.#made++);
  }
}
