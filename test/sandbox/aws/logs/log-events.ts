/** A line that a function wrote. */
export interface LogEvent {
  readonly id: string;
  readonly stream: string;
  /** Milliseconds since 1970: `timestamp` and `ingestionTime` alike. */
  readonly at: number;
  readonly message: string;
}

export interface LogGroup {
  readonly name: string;
  readonly createdAt: number;
  readonly retentionDays: number | undefined;
  readonly events: LogEvent[];
}

/** What CloudWatch Logs holds: groups of the template, and those that Lambda makes by itself. */
export class LogGroups {
  readonly #groups = new Map<string, LogGroup>();
  readonly #now: () => number;
  #count = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws Error when the template makes a group that is there already. */
  create(name: string, retentionDays: number | undefined): void {
    if (this.#groups.has(name)) throw new Error(`The log group ${name} exists already.`);
    this.#groups.set(name, { name, createdAt: this.#now(), retentionDays, events: [] });
  }

  retain(name: string, retentionDays: number | undefined): void {
    const group = this.#groups.get(name);
    if (group !== undefined) this.#groups.set(name, { ...group, retentionDays });
  }

  delete(name: string): void {
    this.#groups.delete(name);
  }

  write(groupName: string, stream: string, message: string): void {
    if (!this.#groups.has(groupName)) this.create(groupName, undefined);
    this.#count += 1;
    const id = String(this.#count).padStart(56, '0');
    this.#groups.get(groupName)?.events.push({ id, stream, at: this.#now(), message });
  }

  find(name: string): LogGroup | undefined {
    return this.#groups.get(name);
  }

  /** By name. */
  list(prefix: string): readonly LogGroup[] {
    return [...this.#groups.values()]
      .filter(({ name }) => name.startsWith(prefix))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }
}
