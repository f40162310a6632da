import type { BoxWorld, Call } from '../call.ts';
import { itemMini, renderItem } from '../content/item-fields.ts';
import { isTrashed, see } from '../content/place.ts';
import type { ContentItem } from '../enterprise/content-tree.ts';
import type { Answer } from '../http/answer.ts';
import { linkedItem } from '../sharing/link-header.ts';
import { grantErrors } from './grant-error.ts';
import { downscopedScopes } from './restriction.ts';
import type { LiveToken } from './token.ts';

export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';

/** A token that can do less: fewer scopes, perhaps on one item only. It lives no longer than the one it was made from. */
export function exchange(world: BoxWorld, call: Call, form: URLSearchParams): Answer {
  if (form.get('subject_token_type') !== accessTokenType) return grantErrors.request;
  const token = world.tokens.find(form.get('subject_token') ?? '');
  const user = token && world.enterprise.user(token.userId);
  if (token === undefined || user === undefined) return grantErrors.subjectToken;
  const scopes = form.get('scope')?.split(' ').filter(Boolean) ?? [];
  if (scopes.length === 0 || !scopes.every((scope) => isWithin(scope, token))) return grantErrors.exchangedScope;
  const [resource, link] = [form.get('resource'), form.get('box_shared_link')];
  if (resource !== null && link !== null) return grantErrors.request;
  const item = resource === null ? (link === null ? undefined : linkedItem(world, link)?.item) : itemOf(world, resource);
  const place = item && !isTrashed(item) ? see(world, user, item, link === null ? undefined : item) : undefined;
  if ((resource !== null || link !== null) && place === undefined) return grantErrors.resource;
  const expiresIn = Math.floor((token.expiresAt - call.at) / 1000);
  const { accessToken, fingerprint } = world.tokens.mint(user.id, token.settings, expiresIn, { scopes, item });
  call.subject = user.id;
  call.tokenFingerprint = fingerprint;
  const object = place && renderItem(place, itemMini[place.item.type]);
  return {
    status: 200,
    body: {
      access_token: accessToken,
      expires_in: expiresIn,
      restricted_to: scopes.map((scope) => (object ? { scope, object } : { scope })),
      token_type: 'bearer',
      issued_token_type: accessTokenType,
    },
  };
}

/** No more than the token has: its app's scopes, or what is finer than these. */
function isWithin(scope: string, { settings, restriction }: LiveToken): boolean {
  const finer = downscopedScopes.some((known) => known === scope) && settings.scopes.some((had) => had.startsWith('root_'));
  const had = settings.scopes.some((known) => known === scope);
  return restriction === undefined ? finer || had : restriction.scopes.includes(scope);
}

/** A resource is named by its whole address at Box. */
function itemOf(world: BoxWorld, resource: string): ContentItem | undefined {
  const [, kind, id] = /\/2\.0\/(file|folder)s\/(\d+)$/.exec(resource) ?? [];
  return kind === 'file' || kind === 'folder' ? world.enterprise.forest.find(kind, id ?? '') : undefined;
}
