import { boxDate } from '../box-date.ts';
import type { BoxWorld, Call, Caller } from '../call.ts';
import { locate } from '../content/place.ts';
import { type Answer, noContent } from '../http/answer.ts';
import { invalidParameter, missingParameter, notFound, refusal } from '../http/error-body.ts';
import { idOf, type JsonObject, objectOf, textOf, withJson } from '../http/json-body.ts';
import { pageOf } from '../http/paging.ts';
import type { GuardedRoute } from '../http/router.ts';
import { miniUser } from '../people/user-fields.ts';
import type { Scope } from '../tokens/app-settings.ts';
import { isTrigger } from './trigger.ts';
import type { Webhook } from './webhook.ts';

const scopes: readonly Scope[] = ['manage_webhook'];

export const webhookRoutes: readonly GuardedRoute[] = [
  { method: 'GET', path: '/2.0/webhooks', scopes, handle: list },
  { method: 'POST', path: '/2.0/webhooks', scopes, handle: create },
  { method: 'GET', path: '/2.0/webhooks/:id', scopes, handle: own((world, _, webhook) => ({ status: 200, body: render(world, webhook) })) },
  { method: 'PUT', path: '/2.0/webhooks/:id', scopes, handle: own(update) },
  { method: 'DELETE', path: '/2.0/webhooks/:id', scopes, handle: own(remove) },
];

const mostPerUser = 1000;

function own(use: (world: BoxWorld, call: Call, webhook: Webhook, caller: Caller) => Answer): GuardedRoute['handle'] {
  return (world, call, caller) => {
    const { id = '' } = call.params;
    const webhook = world.webhooks.find(id, caller.user.id);
    return webhook ? use(world, call, webhook, caller) : notFound('webhook', id);
  };
}

/** By marker only. */
function list(world: BoxWorld, { query }: Call, { user }: Caller): Answer {
  const all = world.webhooks.of(user.id);
  const page = pageOf(query, { collection: `webhooks|${user.id}`, total: all.length, lastMarker: null, only: 'marker', largestLimit: 200 });
  if ('status' in page) return page;
  const entries = all.slice(page.start, page.end).map(({ id, target }) => ({ type: 'webhook', id, target }));
  return { status: 200, body: { ...page.envelope, entries } };
}

function create(world: BoxWorld, call: Call, caller: Caller): Answer {
  return withJson(call, (body) => {
    const target = objectOf(body.target);
    if (target === undefined || (target.type !== 'file' && target.type !== 'folder')) return missingParameter('target');
    if (body.address === undefined) return missingParameter('address');
    if (body.triggers === undefined) return missingParameter('triggers');
    const wanted = { target: { type: target.type, id: idOf(target) ?? '' } } as const;
    const refused = refuse(world, call, caller, wanted.target, body, undefined);
    if (refused) return refused;
    if (world.webhooks.of(caller.user.id).length >= mostPerUser)
      return refusal(400, 'bad_request', 'Too many webhooks of this app and user');
    const { address, triggers } = body as { address: string; triggers: string[] };
    const webhook = world.webhooks.add({ ...wanted, address, triggers: [...new Set(triggers)], createdBy: caller.user.id });
    return recorded(world, call, webhook, 'WEBHOOK_CREATE', 201);
  });
}

/** @returns a refusal of what the request names; what it leaves out stays as it is. */
function refuse(
  world: BoxWorld,
  call: Call,
  caller: Caller,
  target: Webhook['target'],
  body: JsonObject,
  self?: Webhook,
): Answer | undefined {
  const { address, triggers } = body;
  if (target.id === '0') return invalidParameter('target', '0', 'A webhook cannot be created on the root folder');
  const place = locate(world, call, caller, target.type, target.id);
  if ('status' in place) return place;
  if (address !== undefined && !isLoopback(textOf(address) ?? ''))
    return invalidParameter('address', String(address), 'Expected an address on loopback: the simulator posts nowhere else');
  const wrong = Array.isArray(triggers) ? triggers.find((trigger) => !isTrigger(trigger, target.type)) : triggers;
  if (wrong !== undefined || (Array.isArray(triggers) && triggers.length === 0))
    return invalidParameter('triggers', String(wrong ?? ''), 'Not triggers of this target');
  const taken = world.webhooks
    .of(caller.user.id)
    .some((other) => other !== self && other.target.type === target.type && other.target.id === target.id);
  return taken ? refusal(409, 'conflict', 'Webhook for this item, app and user exists') : undefined;
}

function isLoopback(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && /^https?:$/.test(url.protocol) && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
}

function update(world: BoxWorld, call: Call, webhook: Webhook, caller: Caller): Answer {
  return withJson(call, (body) => {
    const given = objectOf(body.target);
    const target =
      given && (given.type === 'file' || given.type === 'folder') ? ({ type: given.type, id: idOf(given) ?? '' } as const) : webhook.target;
    const refused = refuse(world, call, caller, target, body, webhook);
    if (refused) return refused;
    const address = textOf(body.address) ?? webhook.address;
    const triggers = Array.isArray(body.triggers) ? body.triggers.map(String) : webhook.triggers;
    return recorded(world, call, world.webhooks.change(webhook, { target, address, triggers }), 'WEBHOOK_UPDATE', 200);
  });
}

function recorded(world: BoxWorld, { at, requestId }: Call, webhook: Webhook, action: string, status: number): Answer {
  world.journal.addEffect({ at, subject: webhook.createdBy, action, itemId: webhook.id, requestId });
  return { status, body: render(world, webhook) };
}

function remove(world: BoxWorld, call: Call, webhook: Webhook): Answer {
  world.webhooks.remove(webhook);
  recorded(world, call, webhook, 'WEBHOOK_DELETE', 204);
  return noContent;
}

function render(world: BoxWorld, { id, target, createdBy, createdAt, address, triggers }: Webhook): Record<string, unknown> {
  const creator = world.enterprise.anybody(createdBy);
  return { type: 'webhook', id, target, created_by: creator ? miniUser(creator) : null, created_at: boxDate(createdAt), address, triggers };
}
