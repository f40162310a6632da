import type { BoxWorld, Call, Caller } from '../call.ts';
import { itemBase, itemStandard, renderItem } from '../content/item-fields.ts';
import { isTrashed, see, unquoted } from '../content/place.ts';
import type { Answer } from '../http/answer.ts';
import { missingParameter, notFound, refusal } from '../http/error-body.ts';
import { fieldsAsked } from '../http/fields.ts';
import type { GuardedRoute } from '../http/router.ts';
import { readContent } from '../tokens/scopes.ts';
import { linkedItem, linkHeader } from './link-header.ts';
import { effectiveAccess } from './shared-link.ts';

export const sharedItemRoutes: readonly GuardedRoute[] = [
  { method: 'GET', path: '/2.0/shared_items', scopes: readContent, handle: behindLink },
];

/** The file or folder that a link leads to, for whom it is meant. */
function behindLink(world: BoxWorld, call: Call, { user }: Caller): Answer {
  const header = linkHeader(call);
  if (header === undefined) return missingParameter('boxapi');
  const found = linkedItem(world, header.url);
  if (found === undefined || isTrashed(found.item)) return notFound('shared_item', header.url);
  const { item, link } = found;
  const seen = see(world, user, item);
  if (effectiveAccess(link, world.enterprise.widestLink) === 'collaborators' && seen === undefined)
    return notFound('shared_item', header.url);
  if (seen === undefined && link.password !== undefined && link.password !== header.password)
    return refusal(403, 'incorrect_shared_item_password', 'The shared item password is missing or wrong');
  const place = seen ?? see(world, user, item, item);
  if (place === undefined) return notFound('shared_item', header.url);
  const known = call.headers['if-none-match'];
  if (known !== undefined && unquoted(known) === String(item.etag)) return { status: 304 };
  return { status: 200, body: renderItem(place, fieldsAsked(call.query, itemBase, itemStandard[item.type])) };
}
