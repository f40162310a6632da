import { boxDate } from '../box-date.ts';
import type { BoxWorld, Call, Caller } from '../call.ts';
import { itemMini, renderItem } from '../content/item-fields.ts';
import { isTrashed, locate, locateFor, see } from '../content/place.ts';
import type { ContentItem } from '../enterprise/content-tree.ts';
import { happened } from '../events/happened.ts';
import type { Answer } from '../http/answer.ts';
import { invalidParameter, notFound } from '../http/error-body.ts';
import { dateOf, idOf, textOf, withJson } from '../http/json-body.ts';
import type { GuardedRoute } from '../http/router.ts';
import { miniUser } from '../people/user-fields.ts';
import { readContent, writeContent } from '../tokens/scopes.ts';
import type { Task } from './annotations.ts';

export const taskRoutes: readonly GuardedRoute[] = [
  { method: 'GET', path: '/2.0/files/:id/tasks', scopes: readContent, handle: list },
  { method: 'POST', path: '/2.0/tasks', scopes: writeContent, handle: create },
  { method: 'GET', path: '/2.0/tasks/:id', scopes: readContent, handle: one },
];

function list(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locate(world, call, caller, 'file');
  if ('status' in place) return place;
  const entries = (place.item.more?.annotations?.tasks ?? []).map((task) => view(world, caller, place.item, task));
  return { status: 200, body: { total_count: entries.length, entries } };
}

function create(world: BoxWorld, call: Call, caller: Caller): Answer {
  return withJson(call, (body) => {
    const place = locateFor('comment', world, call, caller, 'file', idOf(body.item) ?? '');
    if ('status' in place) return place;
    const action = textOf(body.action) ?? 'review';
    if (action !== 'review' && action !== 'complete') return invalidParameter('action', action, 'Expected review or complete');
    const task = world.remarks.addTask(place.item, {
      action,
      message: textOf(body.message) ?? '',
      dueAt: dateOf(body.due_at),
      rule: textOf(body.completion_rule) ?? 'all_assignees',
      createdBy: caller.user.id,
    });
    happened(world, call, { action: 'TASK_CREATE', by: caller.user, item: place.item, id: task.id });
    return { status: 201, body: view(world, caller, place.item, task) };
  });
}

function one(world: BoxWorld, call: Call, caller: Caller): Answer {
  const { id = '' } = call.params;
  const found = world.remarks.task(id);
  const place = found && see(world, caller.user, found.item);
  return found && place && !isTrashed(found.item)
    ? { status: 200, body: view(world, caller, found.item, found.task) }
    : notFound('task', id);
}

/** Assignments are not simulated: the list of them is empty. */
function view(world: BoxWorld, { user }: Caller, item: ContentItem, task: Task): Record<string, unknown> {
  const place = see(world, user, item);
  const creator = world.enterprise.anybody(task.createdBy);
  return {
    type: 'task',
    id: task.id,
    item: place ? renderItem(place, itemMini.file) : null,
    ...(task.dueAt !== undefined && { due_at: boxDate(task.dueAt) }),
    action: task.action,
    message: task.message,
    task_assignment_collection: { total_count: 0, entries: [] },
    is_completed: false,
    created_by: creator ? miniUser(creator) : null,
    created_at: boxDate(task.createdAt),
    completion_rule: task.rule,
  };
}
