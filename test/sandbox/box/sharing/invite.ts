import type { BoxWorld, Call, Caller } from '../call.ts';
import { locateFor } from '../content/place.ts';
import { happened } from '../events/happened.ts';
import type { Answer } from '../http/answer.ts';
import { invalidParameter, missingParameter, notFound, refusal } from '../http/error-body.ts';
import { dateOf, idOf, type JsonObject, objectOf, textOf, withJson } from '../http/json-body.ts';
import { type Collaboration, liveCollaborations } from './collaboration.ts';
import { externalById, externalByLogin } from './external-user.ts';
import { renderCollaboration } from './render-collaboration.ts';
import { isRole } from './role.ts';

type Invited = Pick<Collaboration, 'grantee' | 'inviteEmail' | 'status'>;

/** Colleagues are in at once, unless the enterprise has them asked; outsiders have an invitation to accept, with an account at Box or without. */
export function invite(world: BoxWorld, call: Call, caller: Caller): Answer {
  return withJson(call, (body) => {
    const type = objectOf(body.item)?.type;
    if (type !== 'folder' && type !== 'file') return missingParameter('item');
    const place = locateFor('invite', world, call, caller, type, idOf(body.item) ?? '');
    if ('status' in place) return place;
    const { item } = place;
    if (item.parent === undefined) return refusal(403, 'forbidden', 'The root folder is not shared');
    const { role } = body;
    if (!isRole(role) || role === 'owner') return invalidParameter('role', String(role), 'Not a role to invite with');
    const invited = invitedBy(world, objectOf(body.accessible_by) ?? {});
    if ('body' in invited) return invited;
    const { grantee, inviteEmail } = invited;
    const already = liveCollaborations(item, world.now()).some((other) =>
      grantee ? other.grantee?.id === grantee.id : other.inviteEmail === inviteEmail,
    );
    if (already || grantee?.id === place.owner.id) return refusal(400, 'user_already_collaborator', 'User is already a collaborator');
    const now = world.now();
    const collaboration = world.collaborations.add({
      ...invited,
      item,
      role,
      expiresAt: dateOf(body.expires_at),
      canViewPath: body.can_view_path === true,
      accessOnly: body.is_access_only === true,
      createdBy: caller.user.id,
      createdAt: now,
      modifiedAt: now,
    });
    const details = grantee === undefined ? { invite_email: inviteEmail } : { [`${grantee.type}_id`]: grantee.id };
    const source = renderCollaboration(world, collaboration, caller.user, new URLSearchParams());
    const { id } = collaboration;
    happened(world, call, {
      action: 'COLLABORATION_INVITE',
      by: caller.user,
      item,
      id,
      source,
      details: { ...details, collab_id: id, role },
    });
    return { status: 201, body: renderCollaboration(world, collaboration, caller.user, call.query) };
  });
}

function invitedBy(world: BoxWorld, { type, id, login }: JsonObject): Invited | (Answer & { readonly body: unknown }) {
  const accepted = { inviteEmail: undefined, status: 'accepted' } as const;
  if (type === 'group') {
    const group = world.groups.find(String(id));
    return group ? { ...accepted, grantee: { type, id: group.id } } : withBody(notFound('group', String(id)));
  }
  const { seed } = world.enterprise.plan;
  const address = textOf(login)?.toLowerCase();
  const colleague = id === undefined ? address && world.enterprise.login(address) : world.enterprise.user(String(id));
  const { acceptsForColleagues } = world.enterprise;
  if (colleague) return { ...accepted, ...(!acceptsForColleagues && { status: 'pending' }), grantee: { type: 'user', id: colleague.id } };
  const outsider = id === undefined ? address && externalByLogin(seed, address) : externalById(seed, String(id));
  if (outsider) return { grantee: { type: 'user', id: outsider.id }, inviteEmail: undefined, status: 'pending' };
  if (address?.includes('@')) return { grantee: undefined, inviteEmail: address, status: 'pending' };
  return withBody(notFound('user', String(id ?? login)));
}

function withBody(answer: Answer): Answer & { readonly body: Readonly<Record<string, unknown>> } {
  return { ...answer, body: answer.body ?? {} };
}
