import { boxDate } from '../box-date.ts';
import type { BoxWorld, Call, Caller } from '../call.ts';
import { happened } from '../events/happened.ts';
import { type Answer, noContent } from '../http/answer.ts';
import { notFound } from '../http/error-body.ts';
import { textOf, withJson } from '../http/json-body.ts';
import { pageOf } from '../http/paging.ts';
import type { GuardedRoute } from '../http/router.ts';
import { miniUser } from '../people/user-fields.ts';
import { readContent, writeContent } from '../tokens/scopes.ts';
import { contentOf, type FileVersion, versionId, versionNumber } from './file-version.ts';
import { locate, locateFor, type Place, refuseStale } from './place.ts';
import { grow, touch } from './shelf.ts';
import { replaceContent } from './store.ts';

const versions = '/2.0/files/:id/versions';

export const versionRoutes: readonly GuardedRoute[] = [
  { method: 'GET', path: versions, scopes: readContent, handle: list },
  { method: 'GET', path: `${versions}/:version`, scopes: readContent, handle: one },
  { method: 'DELETE', path: `${versions}/:version`, scopes: writeContent, handle: remove },
  { method: 'POST', path: `${versions}/current`, scopes: writeContent, handle: promote },
];

/** Earlier versions only, as in Box: the current one is the file itself. */
function list(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locate(world, call, caller, 'file');
  if ('status' in place) return place;
  const all = place.item.more?.versions ?? [];
  const page = pageOf(call.query, {
    collection: `versions|${call.params.id}`,
    total: all.length,
    lastMarker: null,
    only: 'offset',
    order: [],
  });
  if ('status' in page) return page;
  return { status: 200, body: { ...page.envelope, entries: all.slice(page.start, page.end).map((version) => render(place, version)) } };
}

function one(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locate(world, call, caller, 'file');
  if ('status' in place) return place;
  const version = find(place, call.params.version);
  return version ? { status: 200, body: render(place, version) } : notFound('file_version', call.params.version ?? '');
}

function find({ item }: Place, id: string | undefined): FileVersion | undefined {
  if (id !== versionId(item)) return item.more?.versions?.find((version) => version.id === id);
  const { name, modifiedAt, more } = item;
  return { id, name, content: contentOf(item), number: versionNumber(item), createdAt: modifiedAt, modifiedBy: more?.modifiedBy };
}

function remove(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locateFor('edit', world, call, caller, 'file');
  if ('status' in place) return place;
  const { item } = place;
  const version = item.more?.versions?.find(({ id }) => id === call.params.version);
  if (version === undefined) return notFound('file_version', call.params.version ?? '');
  const refused = refuseStale(call, item);
  if (refused) return refused;
  const more = touch(world, item, caller.user.id);
  more.versions = (more.versions ?? []).filter((other) => other !== version);
  grow(world, item, 0, -version.content.size);
  happened(world, call, { action: 'ITEM_MODIFY', by: caller.user, item });
  return noContent;
}

/** An earlier version comes once more, as the newest. */
function promote(world: BoxWorld, call: Call, caller: Caller): Answer {
  return withJson(call, (body) => {
    const place = locateFor('edit', world, call, caller, 'file');
    if ('status' in place) return place;
    const version = find(place, textOf(body.id));
    if (version === undefined) return notFound('file_version', String(body.id));
    if (version.id !== versionId(place.item)) {
      replaceContent(world, place, version.content);
      happened(world, call, { action: 'ITEM_MAKE_CURRENT_VERSION', by: caller.user, item: place.item });
    }
    const current = find(place, versionId(place.item)) ?? version;
    return { status: 201, body: render(place, current) };
  });
}

function render({ world, owner }: Place, { id, name, content, number, createdAt, modifiedBy }: FileVersion): Record<string, unknown> {
  const person = (modifiedBy === undefined ? undefined : world.enterprise.anybody(modifiedBy)) ?? owner;
  return {
    type: 'file_version',
    id,
    sha1: content.sha1,
    name,
    size: content.size,
    created_at: boxDate(createdAt),
    modified_at: boxDate(createdAt),
    modified_by: miniUser(person),
    trashed_at: null,
    purged_at: null,
    version_number: String(number),
  };
}
