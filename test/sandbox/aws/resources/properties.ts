/** The resolved properties of one resource, read with a complaint that names it. */
export class Properties {
  /** `stack/logical id (type)`, for messages. */
  readonly where: string;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(where: string, values: Readonly<Record<string, unknown>>) {
    this.where = where;
    this.#values = values;
  }

  /** @throws Error naming the first property that the sandbox would have to ignore. */
  allow(known: readonly string[]): void {
    const foreign = Object.keys(this.#values).find((name) => !known.includes(name));
    if (foreign !== undefined) throw new Error(`${this.where}: the sandbox does not know the property ${foreign}.`);
  }

  get all(): Readonly<Record<string, unknown>> {
    return this.#values;
  }

  raw(name: string): unknown {
    return this.#values[name];
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw new Error(`${this.where}: the property ${name} is missing.`);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined) return undefined;
    if (typeof value === 'object') throw new Error(`${this.where}: the property ${name} is not a text.`);
    return String(value);
  }

  /** CloudFormation takes numbers as texts too. */
  number(name: string): number | undefined {
    const value = this.#values[name];
    if (value === undefined) return undefined;
    if (Number.isNaN(Number(value))) throw new Error(`${this.where}: the property ${name} is not a number.`);
    return Number(value);
  }

  flag(name: string): boolean {
    return String(this.#values[name]) === 'true';
  }

  texts(name: string): readonly string[] {
    const list = this.#list(name);
    if (list.some((value) => typeof value === 'object')) throw new Error(`${this.where}: the property ${name} is not a list of texts.`);
    return list.map(String);
  }

  group(name: string): Properties | undefined {
    const value = this.#values[name];
    return value === undefined ? undefined : this.#group(name, value);
  }

  groups(name: string): readonly Properties[] {
    return this.#list(name).map((value) => this.#group(name, value));
  }

  record(name: string): Readonly<Record<string, string>> {
    const value = this.#values[name] ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) throw new Error(`${this.where}: the property ${name} is not an object.`);
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
  }

  #group(name: string, value: unknown): Properties {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Error(`${this.where}: the property ${name} is not an object.`);
    }
    return new Properties(`${this.where} ${name}`, value as Record<string, unknown>);
  }

  #list(name: string): readonly unknown[] {
    const value = this.#values[name];
    return value === undefined ? [] : [value].flat();
  }
}
