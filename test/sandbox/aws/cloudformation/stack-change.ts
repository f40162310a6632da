import { isDeepStrictEqual } from 'node:util';
import type { AssembledStack, Asset, TemplateResource } from '../assembly.ts';
import { Properties } from '../resources/properties.ts';
import type { Created, Declared, Existing, ResourceType, Site } from '../resources/resource-type.ts';
import { resourceTypeOf } from '../resources/resource-types.ts';
import { resolve, type Scope } from '../template.ts';
import { physicalName } from './physical-name.ts';
import { at, madeAt } from './scope.ts';
import type { StackBook, StackRecord, StackResource } from './stack-record.ts';

/** The changes to one stack, each with what takes it back. */
export class StackChange {
  readonly resources = new Map<string, StackResource>();
  readonly #stack: AssembledStack;
  readonly #former: StackRecord | undefined;
  readonly #site: Site;
  readonly #book: StackBook;
  readonly #now: number;
  readonly #undo: (() => Promise<unknown> | unknown)[] = [];
  readonly #replaced: StackResource[] = [];

  constructor(stack: AssembledStack, site: Site, book: StackBook, now: number) {
    this.#stack = stack;
    this.#former = book.stacks.get(stack.name);
    this.#site = site;
    this.#book = book;
    this.#now = now;
  }

  /** Creates the resource, changes it, puts another in its place, or leaves it as it is. */
  async apply(logicalId: string, resource: TemplateResource, scope: Scope): Promise<void> {
    const where = this.#where(logicalId, resource.Type);
    const properties = at(where, () => resolve(resource.Properties ?? {}, scope)) as Record<string, unknown>;
    const type = typeOf(resource.Type);
    const present = this.#former?.resources.get(logicalId);
    const isKept = kept(resource);
    if (present === undefined) await this.#create(logicalId, resource.Type, properties, isKept);
    else if (isDeepStrictEqual(present.properties, properties)) this.resources.set(logicalId, { ...present, isKept });
    else if (isReplaced(type, present.properties, properties)) {
      await this.#create(logicalId, resource.Type, properties, isKept);
      this.#replaced.push({ ...present, isKept });
    } else await this.#update(present, properties, isKept);
  }

  /** The last step, as in CloudFormation: what was replaced, and what the template no longer has. Nothing of it is taken back. */
  async cleanUp(): Promise<void> {
    const gone = [...(this.#former?.resources.values() ?? [])].filter(({ logicalId }) => !this.resources.has(logicalId));
    const toDelete = new Map([
      ...this.#replaced.map((each) => [each, each.isKept.onReplace] as const),
      ...gone.map((each) => [each, each.isKept.onDelete] as const),
    ]);
    // Later ones may need earlier ones.
    const order = [...(this.#former?.resources.keys() ?? [])].reverse();
    const inOrder = [...toDelete].sort(([left], [right]) => order.indexOf(left.logicalId) - order.indexOf(right.logicalId));
    for (const [resource, isKept] of inOrder) await deleteResource(this.#stack.name, resource, isKept, this.#site, this.#book);
  }

  /** Takes everything back, the last change first. */
  async rollBack(): Promise<void> {
    for (const undo of this.#undo.toReversed()) await undo();
  }

  async #create(logicalId: string, typeName: string, properties: Record<string, unknown>, isKept: StackResource['isKept']): Promise<void> {
    const place = `${this.#stack.name}/${logicalId}`;
    const generation = this.#book.generations.get(place) ?? 0;
    const declared = this.#declared(logicalId, typeName, properties, generation, this.#stack.assets);
    const type = typeOf(typeName);
    const created = await madeAt(declared.properties.where, () => type.create(declared, this.#site));
    this.#book.generations.set(place, generation + 1);
    this.#undo.push(() => {
      if (!isKept.onUndo) return type.delete?.({ ...created, properties: declared.properties }, this.#site);
      this.#book.remains.push({ stack: this.#stack.name, logicalId, type: typeName, ref: created.ref, reason: 'retained' });
    });
    this.#keep(logicalId, typeName, created, { properties, generation, isKept, status: 'CREATE_COMPLETE' });
  }

  async #update(present: StackResource, properties: Record<string, unknown>, isKept: StackResource['isKept']): Promise<void> {
    const { logicalId, type: typeName, generation } = present;
    const { update } = typeOf(typeName);
    const declared = this.#declared(logicalId, typeName, properties, generation, this.#stack.assets);
    const before = this.#declared(logicalId, typeName, present.properties, generation, this.#former?.assets ?? new Map());
    // A step that fails half way is taken back too.
    this.#undo.push(() => update?.(before, this.#site, { ...present, properties: declared.properties }));
    const existing = { ...present, properties: before.properties };
    const updated = (await madeAt(declared.properties.where, () => update?.(declared, this.#site, existing))) ?? present;
    this.#keep(logicalId, typeName, updated, { properties, generation, isKept, status: 'UPDATE_COMPLETE' });
  }

  #keep(
    logicalId: string,
    type: string,
    { ref, attributes = {} }: Created,
    rest: Pick<StackResource, 'properties' | 'generation' | 'isKept' | 'status'>,
  ): void {
    this.resources.set(logicalId, { logicalId, type, ref, attributes, ...rest, changedAt: this.#now });
  }

  #declared(
    logicalId: string,
    type: string,
    properties: Readonly<Record<string, unknown>>,
    generation: number,
    assets: ReadonlyMap<string, Asset>,
  ): Declared {
    const name = (maximum: number) => physicalName(this.#stack.name, logicalId, generation, maximum);
    return { logicalId, properties: new Properties(this.#where(logicalId, type), properties), assets, physicalName: name };
  }

  #where(logicalId: string, type: string): string {
    return `${this.#stack.name}/${logicalId} (${type})`;
  }
}

/** Deletes a resource unless it is kept; what stays is written down. @returns whether it is gone or meant to stay */
export async function deleteResource(
  stack: string,
  { logicalId, type, ref, attributes, properties }: StackResource,
  isKept: boolean,
  site: Site,
  book: StackBook,
): Promise<boolean> {
  const remaining = { stack, logicalId, type, ref };
  if (isKept) {
    book.remains.push({ ...remaining, reason: 'retained' });
    return true;
  }
  const existing: Existing = { ref, attributes, properties: new Properties(`${stack}/${logicalId} (${type})`, properties) };
  try {
    await typeOf(type).delete?.(existing, site);
    return true;
  } catch (error) {
    book.remains.push({ ...remaining, reason: error instanceof Error ? error.message : String(error) });
    return false;
  }
}

function typeOf(name: string): ResourceType {
  const type = resourceTypeOf(name);
  if (type === undefined) throw new Error(`The sandbox does not know the type of resource ${name}.`);
  return type;
}

function kept({ DeletionPolicy, UpdateReplacePolicy }: TemplateResource): StackResource['isKept'] {
  // docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html: RetainExceptOnCreate
  const onDelete = DeletionPolicy === 'Retain' || DeletionPolicy === 'RetainExceptOnCreate';
  return { onDelete, onReplace: UpdateReplacePolicy === 'Retain', onUndo: DeletionPolicy === 'Retain' };
}

function isReplaced(
  { replacedBy = [] }: ResourceType,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): boolean {
  return replacedBy === 'any' || replacedBy.some((name) => !isDeepStrictEqual(before[name], after[name]));
}
