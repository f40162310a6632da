import type { Answer } from './answer.ts';
import type { BoxWorld, Call, Caller } from './call.ts';
import { notFound } from './error-body.ts';
import { fieldsAsked } from './fields.ts';
import { readContent } from './folders.ts';
import { itemBase, itemStandard, renderItem } from './item-fields.ts';
import type { GuardedRoute } from './router.ts';

export const fileRoutes: readonly GuardedRoute[] = [{ method: 'GET', path: '/2.0/files/:id', scopes: readContent, handle: file }];

function file(world: BoxWorld, call: Call, { user }: Caller): Answer {
  const { id = '' } = call.params;
  const tree = world.enterprise.content(user);
  const item = tree.find('file', id);
  if (item === undefined) return notFound('item', `f_${id}`);
  const body = renderItem({ item, tree, owner: user }, fieldsAsked(call.query, itemBase, itemStandard.file));
  return call.headers['if-none-match'] === body.etag ? { status: 304 } : { status: 200, body };
}
