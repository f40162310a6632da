import { randomUUID } from 'node:crypto';
import type { BoxWorld, Call, Caller } from '../call.ts';
import { locate, locateFor, type Place } from '../content/place.ts';
import { itemId } from '../enterprise/content-tree.ts';
import type { Action } from '../events/action.ts';
import { happened } from '../events/happened.ts';
import { type Answer, noContent } from '../http/answer.ts';
import { notFound, refusal } from '../http/error-body.ts';
import { withJson } from '../http/json-body.ts';
import type { GuardedRoute } from '../http/router.ts';
import { readContent, writeContent } from '../tokens/scopes.ts';
import type { MetadataInstance } from './annotations.ts';
import { patched } from './json-patch.ts';
import { refuseValue, type Template } from './template.ts';

export const metadataRoutes: readonly GuardedRoute[] = [
  ...(['file', 'folder'] as const).flatMap((type): GuardedRoute[] => {
    const path = `/2.0/${type}s/:id/metadata`;
    const one = `${path}/:scope/:key`;
    return [
      { method: 'GET', path, scopes: readContent, handle: (world, call, caller) => list(locate(world, call, caller, type)) },
      { method: 'GET', path: one, scopes: readContent, handle: onTemplate(type, locate, read) },
      { method: 'POST', path: one, scopes: writeContent, handle: onTemplate(type, locateToEdit, create) },
      { method: 'PUT', path: one, scopes: writeContent, handle: onTemplate(type, locateToEdit, update) },
      { method: 'DELETE', path: one, scopes: writeContent, handle: onTemplate(type, locateToEdit, remove) },
    ];
  }),
];

function locateToEdit(...[world, call, caller, type]: Parameters<typeof locate>): Place | Answer {
  return locateFor('edit', world, call, caller, type);
}

interface Spot {
  readonly place: Place;
  readonly template: Template;
  readonly instance: MetadataInstance | undefined;
}

function onTemplate(
  type: 'file' | 'folder',
  find: typeof locate,
  use: (world: BoxWorld, call: Call, spot: Spot, caller: Caller) => Answer,
): GuardedRoute['handle'] {
  return (world, call, caller) => {
    const place = find(world, call, caller, type);
    if ('status' in place) return place;
    const { scope = '', key = '' } = call.params;
    const template = world.templates.find(scope, key);
    if (template === undefined) return notFound('template', `${scope}/${key}`);
    const instance = place.item.more?.annotations?.metadata.get(keyOf(template));
    return use(world, call, { place, template, instance }, caller);
  };
}

function keyOf({ scope, templateKey }: Template): string {
  return `${scope}/${templateKey}`;
}

function list(place: Place | Answer): Answer {
  if ('status' in place) return place;
  const instances = [...(place.item.more?.annotations?.metadata.values() ?? [])];
  return { status: 200, body: { entries: instances.map((instance) => render(place, instance, false)), limit: 100 } };
}

const noInstance = refusal(404, 'instance_not_found', 'Instance of this template not found on the item');

function read(_world: BoxWorld, _call: Call, { place, instance }: Spot): Answer {
  return instance ? { status: 200, body: render(place, instance, true) } : noInstance;
}

function create(world: BoxWorld, call: Call, { place, template, instance }: Spot, caller: Caller): Answer {
  if (instance) return metadataError(409, 'tuple_already_exists', 'Tuple already exists');
  return withJson(call, (values) => {
    const wrong = refuseValues(template, values);
    if (wrong !== undefined) return metadataError(400, 'bad_request', wrong);
    const made = { id: randomUUID(), scope: template.scope, templateKey: template.templateKey, version: 0, values };
    world.remarks.of(place.item).metadata.set(keyOf(template), made);
    return told(world, call, caller, place, made, 'METADATA_INSTANCE_CREATE', 201);
  });
}

function update(world: BoxWorld, call: Call, { place, template, instance }: Spot, caller: Caller): Answer {
  if (instance === undefined) return noInstance;
  const values = patched(instance.values, operationsOf(call));
  const wrong = typeof values === 'string' ? values : refuseValues(template, values);
  if (wrong !== undefined || typeof values === 'string') return refusal(400, 'bad_request', String(wrong));
  Object.assign(instance, { values, version: instance.version + 1 });
  return told(world, call, caller, place, instance, 'METADATA_INSTANCE_UPDATE', 200);
}

function operationsOf({ body }: Call): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function refuseValues(template: Template, values: Readonly<Record<string, unknown>>): string | undefined {
  for (const [key, value] of Object.entries(values)) {
    const wrong = refuseValue(template, key, value);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** Metadata has errors of its own shape in Box. */
function metadataError(status: number, code: string, message: string): Answer {
  return { status, body: { code, message } };
}

function remove(world: BoxWorld, call: Call, { place, template, instance }: Spot, caller: Caller): Answer {
  if (instance === undefined) return noInstance;
  place.item.more?.annotations?.metadata.delete(keyOf(template));
  told(world, call, caller, place, instance, 'METADATA_INSTANCE_DELETE', 204);
  return noContent;
}

function told(
  world: BoxWorld,
  call: Call,
  { user }: Caller,
  place: Place,
  instance: MetadataInstance,
  action: Action,
  status: number,
): Answer {
  happened(world, call, { action, by: user, item: place.item, details: { template: `${instance.scope}.${instance.templateKey}` } });
  return { status, body: render(place, instance, true) };
}

function render({ item }: Place, { id, scope, templateKey, version, values }: MetadataInstance, full: boolean): Record<string, unknown> {
  return {
    ...values,
    ...(full && { $id: id, $type: `${templateKey}-${id}`, $typeVersion: 0, $canEdit: true }),
    $parent: `${item.type}_${itemId(item)}`,
    $scope: scope,
    $template: templateKey,
    $version: version,
  };
}
