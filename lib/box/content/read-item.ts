import type { ItemFact, ItemFacts, LinkAccess, OwnedItem, SharedLink } from '../../declare/content.ts';
import { NightporterError } from '../../errors.ts';

/** An item as Box's API has it. For folders the SDK keeps little more than the name, so the walk reads what came over the wire. */
export type RawItem = Readonly<Record<string, unknown>> & { readonly type: string; readonly id: string };

const boxNames: Readonly<Record<ItemFact, string>> = {
  size: 'size',
  etag: 'etag',
  createdAt: 'created_at',
  modifiedAt: 'modified_at',
  modifiedBy: 'modified_by',
  sharedLink: 'shared_link',
  hasCollaborations: 'has_collaborations',
};

/** Box leaves out every field that a request with `fields` does not name: the walk's own needs are among them. */
export function fieldsFor(facts: readonly ItemFact[]): string[] {
  return [...new Set(['type', 'id', 'name', 'owned_by', ...facts.map((fact) => boxNames[fact])])];
}

/** @throws NightporterError `BOX_RESPONSE_INVALID` */
export function readRawItems(rawData: unknown): readonly RawItem[] {
  const { entries = [] } = (rawData ?? {}) as { readonly entries?: readonly unknown[] };
  if (!Array.isArray(entries) || !entries.every(isItem))
    throw new NightporterError(
      'BOX_RESPONSE_INVALID',
      'Check what stands between this function and Box (a proxy?): a listing holds something that is no item.',
    );
  return entries;
}

function isItem(entry: unknown): entry is RawItem {
  if (entry === null || typeof entry !== 'object') return false;
  const { type, id } = entry as Record<string, unknown>;
  return (type === 'file' || type === 'folder' || type === 'web_link') && typeof id === 'string';
}

/** Who owns it; undefined where Box does not say. */
export function ownerOf({ owned_by }: RawItem): string | undefined {
  return idOf(owned_by) ?? undefined;
}

export function nameOf({ name, id }: RawItem): string {
  return typeof name === 'string' ? name : id;
}

export function readItem<F extends ItemFact>(raw: RawItem, facts: readonly F[]): OwnedItem<F> {
  const item: Record<string, unknown> = { type: raw.type, id: raw.id, name: nameOf(raw) };
  for (const fact of facts) item[fact] = readers[fact](raw[boxNames[fact]]);
  return item as OwnedItem<F>;
}

const readers: { readonly [F in ItemFact]: (value: unknown) => ItemFacts[F] } = {
  size: numberOf,
  etag: textOf,
  createdAt: textOf,
  modifiedAt: textOf,
  modifiedBy: idOf,
  sharedLink: linkOf,
  hasCollaborations: (value) => (typeof value === 'boolean' ? value : null),
};

function linkOf(value: unknown): SharedLink | null {
  if (value === null || typeof value !== 'object') return null;
  const link = value as Readonly<Record<string, unknown>>;
  // What Box does not say is taken for the wider: better one link too many in a report than one too few.
  const effectiveAccess = accessOf(link.effective_access) ?? accessOf(link.access) ?? 'open';
  return {
    access: accessOf(link.access) ?? effectiveAccess,
    effectiveAccess,
    effectivePermission: textOf(link.effective_permission) ?? 'unknown',
    hasPassword: link.is_password_enabled === true,
    expiresAt: textOf(link.unshared_at),
    downloads: numberOf(link.download_count) ?? 0,
    previews: numberOf(link.preview_count) ?? 0,
  };
}

function accessOf(value: unknown): LinkAccess | undefined {
  return value === 'open' || value === 'company' || value === 'collaborators' ? value : undefined;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function idOf(value: unknown): string | null {
  return value !== null && typeof value === 'object' ? textOf((value as Readonly<Record<string, unknown>>).id) : null;
}
