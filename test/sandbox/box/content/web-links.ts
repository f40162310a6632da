import type { BoxWorld, Call, Caller } from '../call.ts';
import type { Answer } from '../http/answer.ts';
import { fieldsAsked } from '../http/fields.ts';
import type { GuardedRoute } from '../http/router.ts';
import { looking } from '../tokens/restriction.ts';
import { readContent, writeContent } from '../tokens/scopes.ts';
import { change } from './edit.ts';
import { itemBase, itemStandard, renderItem } from './item-fields.ts';
import { locate } from './place.ts';

export const webLinkRoutes: readonly GuardedRoute[] = [
  { method: 'GET', path: '/2.0/web_links/:id', scopes: readContent, downscoped: looking, handle: webLink },
  { method: 'PUT', path: '/2.0/web_links/:id', scopes: writeContent, downscoped: ['item_readwrite', 'item_share'], handle: update },
];

function webLink(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locate(world, call, caller, 'web_link');
  if ('status' in place) return place;
  return { status: 200, body: renderItem(place, fieldsAsked(call.query, itemBase, itemStandard.web_link)) };
}

function update(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locate(world, call, caller, 'web_link');
  return 'status' in place ? place : change(world, call, caller, place);
}
