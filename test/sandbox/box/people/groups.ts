import { boxDate } from '../box-date.ts';
import type { BoxWorld, Call, Caller } from '../call.ts';
import { happened } from '../events/happened.ts';
import { type Answer, insufficientScope, noContent } from '../http/answer.ts';
import { missingParameter, notFound, refusal } from '../http/error-body.ts';
import { type FieldTable, fieldsAsked, render } from '../http/fields.ts';
import { textOf, withJson } from '../http/json-body.ts';
import { pageOf } from '../http/paging.ts';
import type { GuardedRoute } from '../http/router.ts';
import { renderCollaboration } from '../sharing/render-collaboration.ts';
import type { Scope } from '../tokens/app-settings.ts';
import { type Group, miniGroup } from './group.ts';

export const manageGroups: readonly Scope[] = ['manage_groups'];

export const groupRoutes: readonly GuardedRoute[] = [
  { method: 'GET', path: '/2.0/groups', scopes: manageGroups, handle: list },
  { method: 'POST', path: '/2.0/groups', scopes: manageGroups, handle: create },
  { method: 'GET', path: '/2.0/groups/:id', scopes: manageGroups, handle: inGroup((_, call, group) => answer(call, group)) },
  { method: 'PUT', path: '/2.0/groups/:id', scopes: manageGroups, handle: inGroup(update) },
  { method: 'DELETE', path: '/2.0/groups/:id', scopes: manageGroups, handle: inGroup(remove) },
  { method: 'GET', path: '/2.0/groups/:id/collaborations', scopes: manageGroups, handle: inGroup(collaborations) },
];

const fields: FieldTable<Group> = {
  type: () => 'group',
  id: ({ id }) => id,
  name: ({ name }) => name,
  group_type: () => 'managed_group',
  created_at: ({ createdAt }) => boxDate(createdAt),
  modified_at: ({ modifiedAt }) => boxDate(modifiedAt),
  provenance: ({ details }) => details.provenance ?? '',
  external_sync_identifier: ({ details }) => details.external_sync_identifier ?? '',
  description: ({ details }) => details.description ?? '',
  invitability_level: ({ details }) => details.invitability_level ?? 'admins_and_members',
  member_viewability_level: ({ details }) => details.member_viewability_level ?? 'admins_and_members',
};

const standard = Object.keys(fields).slice(0, 6);
const details = Object.keys(fields).slice(6);
const byName = [{ by: 'name', direction: 'ASC' }] as const;

/** Administrators only, and groups that are there. */
export function inGroup(use: (world: BoxWorld, call: Call, group: Group, caller: Caller) => Answer): GuardedRoute['handle'] {
  return (world, call, caller) => {
    if (!caller.administers) return insufficientScope;
    const { id = '' } = call.params;
    const group = world.groups.find(id);
    return group ? use(world, call, group, caller) : notFound('group', id);
  };
}

/** By offset only. */
function list(world: BoxWorld, { query }: Call, { administers }: Caller): Answer {
  if (!administers) return insufficientScope;
  const term = query.get('filter_term')?.toLowerCase() ?? '';
  const all = world.groups.all().filter(({ name }) => name.toLowerCase().startsWith(term));
  const page = pageOf(query, { collection: 'groups', total: all.length, lastMarker: null, only: 'offset', order: byName });
  if ('status' in page) return page;
  const names = fieldsAsked(query, ['type', 'id'], ['type', 'id', 'name', 'group_type']);
  return { status: 200, body: { ...page.envelope, entries: all.slice(page.start, page.end).map((group) => render(group, fields, names)) } };
}

function answer({ query }: Call, group: Group, status = 200): Answer {
  return { status, body: render(group, fields, fieldsAsked(query, ['type', 'id'], standard)) };
}

function create(world: BoxWorld, call: Call, { administers, user }: Caller): Answer {
  if (!administers) return insufficientScope;
  return withJson(call, (body) => {
    const name = textOf(body.name);
    if (name === undefined || name === '') return missingParameter('name');
    const refused = refuseTaken(world, name);
    if (refused) return refused;
    const group = world.groups.add(name, kept(body));
    happened(world, call, { action: 'GROUP_CREATION', by: user, group: { id: group.id, name } });
    return answer(call, group, 201);
  });
}

function update(world: BoxWorld, call: Call, group: Group, { user }: Caller): Answer {
  return withJson(call, (body) => {
    const name = textOf(body.name) ?? group.name;
    const refused = name === group.name ? undefined : refuseTaken(world, name);
    if (refused) return refused;
    happened(world, call, { action: 'GROUP_EDITED', by: user, group: { id: group.id, name } });
    return answer(call, world.groups.change(group, name, kept(body)));
  });
}

function refuseTaken(world: BoxWorld, name: string): Answer | undefined {
  const holder = world.groups.all().find((other) => other.name.toLowerCase() === name.toLowerCase());
  return holder && refusal(409, 'conflict', 'A group with this name exists', { conflicts: [miniGroup(holder)] });
}

function kept(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(details.filter((name) => name in body).map((name) => [name, body[name]]));
}

function remove(world: BoxWorld, call: Call, group: Group, { user }: Caller): Answer {
  for (const collaboration of world.collaborations.ofGroup(group.id)) world.collaborations.remove(collaboration);
  world.groups.remove(group);
  happened(world, call, { action: 'GROUP_DELETION', by: user, group: { id: group.id, name: group.name } });
  return noContent;
}

/** By offset only. */
function collaborations(world: BoxWorld, { query }: Call, { id }: Group, { user }: Caller): Answer {
  const all = world.collaborations.ofGroup(id);
  const page = pageOf(query, { collection: `group|${id}`, total: all.length, lastMarker: null, only: 'offset' });
  if ('status' in page) return page;
  const entries = all.slice(page.start, page.end).map((each) => renderCollaboration(world, each, user, query));
  return { status: 200, body: { ...page.envelope, entries } };
}
