import type { Answer } from './answer.ts';
import type { BoxWorld, Call, Caller } from './call.ts';
import { change } from './content/edit.ts';
import { locate } from './content/place.ts';
import { fieldsAsked } from './fields.ts';
import { itemBase, itemStandard, renderItem } from './item-fields.ts';
import { looking } from './restriction.ts';
import type { GuardedRoute } from './router.ts';
import { readContent, writeContent } from './scopes.ts';

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
