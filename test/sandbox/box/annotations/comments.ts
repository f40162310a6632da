import { boxDate } from '../box-date.ts';
import type { BoxWorld, Call, Caller } from '../call.ts';
import { isTrashed, locate, locateFor, refuseUnless, see } from '../content/place.ts';
import { type ContentItem, itemId } from '../enterprise/content-tree.ts';
import type { Action } from '../events/action.ts';
import { happened } from '../events/happened.ts';
import { type Answer, noContent } from '../http/answer.ts';
import { forbidden, missingParameter, notFound } from '../http/error-body.ts';
import { type FieldTable, fieldsAsked, render } from '../http/fields.ts';
import { idOf, objectOf, textOf, withJson } from '../http/json-body.ts';
import { pageOf } from '../http/paging.ts';
import type { GuardedRoute } from '../http/router.ts';
import { miniUser } from '../people/user-fields.ts';
import { readContent, writeContent } from '../tokens/scopes.ts';
import type { Comment } from './annotations.ts';

export const commentRoutes: readonly GuardedRoute[] = [
  { method: 'GET', path: '/2.0/files/:id/comments', scopes: readContent, handle: list },
  { method: 'POST', path: '/2.0/comments', scopes: writeContent, handle: create },
  {
    method: 'GET',
    path: '/2.0/comments/:id',
    scopes: readContent,
    handle: onComment((world, call, { item, comment }) => answer(world, call, item, comment)),
  },
  { method: 'PUT', path: '/2.0/comments/:id', scopes: writeContent, handle: onComment(update) },
  { method: 'DELETE', path: '/2.0/comments/:id', scopes: writeContent, handle: onComment(remove) },
];

interface CommentView {
  readonly world: BoxWorld;
  readonly item: ContentItem;
  readonly comment: Comment;
}

const fields: FieldTable<CommentView> = {
  type: () => 'comment',
  id: ({ comment }) => comment.id,
  is_reply_comment: ({ comment }) => comment.replyTo !== undefined,
  message: ({ comment }) => comment.message,
  created_by: ({ world, comment }) => {
    const person = world.enterprise.anybody(comment.createdBy);
    return person ? miniUser(person) : null;
  },
  created_at: ({ comment }) => boxDate(comment.createdAt),
  item: ({ item, comment }) => (comment.replyTo ? { type: 'comment', id: comment.replyTo } : { type: 'file', id: itemId(item) }),
  modified_at: ({ comment }) => boxDate(comment.modifiedAt),
  tagged_message: ({ comment }) => comment.message,
};

const standard = Object.keys(fields).slice(0, 7);

function view(view: CommentView, query: URLSearchParams): Record<string, unknown> {
  return render(view, fields, fieldsAsked(query, ['type', 'id'], standard));
}

function answer(world: BoxWorld, { query }: Call, item: ContentItem, comment: Comment, status = 200): Answer {
  return { status, body: view({ world, item, comment }, query) };
}

function list(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locate(world, call, caller, 'file');
  if ('status' in place) return place;
  const all = place.item.more?.annotations?.comments ?? [];
  const page = pageOf(call.query, { collection: 'comments', total: all.length, lastMarker: null, only: 'offset' });
  if ('status' in page) return page;
  const entries = all.slice(page.start, page.end).map((comment) => view({ world, item: place.item, comment }, call.query));
  return { status: 200, body: { ...page.envelope, entries } };
}

/** On a file, or in answer to another comment. */
function create(world: BoxWorld, call: Call, caller: Caller): Answer {
  return withJson(call, (body) => {
    const message = textOf(body.message);
    if (message === undefined || message === '') return missingParameter('message');
    const target = objectOf(body.item);
    const replyTo = target?.type === 'comment' ? (idOf(target) ?? '') : undefined;
    const fileId = replyTo === undefined ? idOf(target) : itemIdOf(world, replyTo);
    if (fileId === undefined) return notFound('comment', replyTo ?? '');
    const place = locateFor('comment', world, call, caller, 'file', fileId);
    if ('status' in place) return place;
    const { item } = place;
    const comment = world.remarks.addComment(item, { message, replyTo, createdBy: caller.user.id });
    told(world, call, caller, 'COMMENT_CREATE', { item, comment });
    return answer(world, call, item, comment, 201);
  });
}

function itemIdOf(world: BoxWorld, commentId: string): string | undefined {
  const found = world.remarks.comment(commentId);
  return found && itemId(found.item);
}

type Found = Omit<CommentView, 'world'>;

function told(world: BoxWorld, call: Call, { user }: Caller, action: Action, { item, comment }: Found): void {
  const source = view({ world, item, comment }, new URLSearchParams());
  happened(world, call, { action, by: user, item, id: comment.id, source, details: { comment_id: comment.id } });
}

function onComment(use: (world: BoxWorld, call: Call, found: Found, caller: Caller) => Answer): GuardedRoute['handle'] {
  return (world, call, caller) => {
    const { id = '' } = call.params;
    const found = world.remarks.comment(id);
    const place = found && see(world, caller.user, found.item);
    return found && place && !isTrashed(found.item) ? use(world, call, found, caller) : notFound('comment', id);
  };
}

function update(world: BoxWorld, call: Call, found: Found, caller: Caller): Answer {
  return withJson(call, (body) => {
    const { item, comment } = found;
    if (comment.createdBy !== caller.user.id) return forbidden;
    Object.assign(comment, { message: textOf(body.message) ?? comment.message, modifiedAt: world.now() });
    told(world, call, caller, 'COMMENT_EDIT', found);
    return answer(world, call, item, comment);
  });
}

/** By whoever wrote it, or may edit the file. */
function remove(world: BoxWorld, call: Call, found: Found, caller: Caller): Answer {
  const place = see(world, caller.user, found.item);
  const own = found.comment.createdBy === caller.user.id;
  const refused = own || place === undefined ? undefined : refuseUnless('edit', place);
  if (refused) return refused;
  world.remarks.removeComment(found.comment.id);
  told(world, call, caller, 'COMMENT_DELETE', found);
  return noContent;
}
