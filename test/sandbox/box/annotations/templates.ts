import type { BoxWorld, Call } from '../call.ts';
import type { Answer } from '../http/answer.ts';
import { notFound } from '../http/error-body.ts';
import { pageOf } from '../http/paging.ts';
import type { GuardedRoute } from '../http/router.ts';
import { readContent } from '../tokens/scopes.ts';
import { renderTemplate } from './template.ts';

export const templateRoutes: readonly GuardedRoute[] = [
  { method: 'GET', path: '/2.0/metadata_templates/global', scopes: readContent, handle: templates('global') },
  { method: 'GET', path: '/2.0/metadata_templates/enterprise', scopes: readContent, handle: templates('enterprise_') },
  { method: 'GET', path: '/2.0/metadata_templates/:scope/:key/schema', scopes: readContent, handle: schema },
];

function templates(scope: string): GuardedRoute['handle'] {
  return (world, { query }) => {
    const all = world.templates.all.filter((template) => template.scope.startsWith(scope));
    const page = pageOf(query, { collection: `templates|${scope}`, total: all.length, lastMarker: null, only: 'marker' });
    if ('status' in page) return page;
    const entries = all.slice(page.start, page.end).map((template) => renderTemplate(template, world.enterprise.plan.seed));
    return { status: 200, body: { ...page.envelope, entries } };
  };
}

function schema(world: BoxWorld, { params: { scope = '', key = '' } }: Call): Answer {
  const template = world.templates.find(scope, key);
  return template ? { status: 200, body: renderTemplate(template, world.enterprise.plan.seed) } : notFound('template', `${scope}/${key}`);
}
