import type { BoxWorld, Call, Caller } from '../call.ts';
import { draw } from '../enterprise/random.ts';
import { type Answer, insufficientScope } from '../http/answer.ts';
import { invalidParameter } from '../http/error-body.ts';
import { dateOf } from '../http/json-body.ts';
import type { GuardedRoute } from '../http/router.ts';
import { adminLogs, type Stand } from './admin-logs.ts';
import { type BoxEvent, eventType, renderEvent, type StreamKind } from './event.ts';
import { day } from './logins.ts';
import { readStream, streamEnd } from './streaming.ts';

export const eventRoutes: readonly GuardedRoute[] = [{ method: 'GET', path: '/2.0/events', handle: read }];

const usualLimit = 100;
const largestLimit = 500;
const keptFor = 365 * day;
/** How many events Box looks at for one page, when a filter leaves most of them out. */
const mostLookedAt = 20_000;

function read(world: BoxWorld, call: Call, caller: Caller): Answer {
  const { query } = call;
  const limit = query.has('limit') ? Number(query.get('limit')) : usualLimit;
  if (!Number.isInteger(limit) || limit < 1) return invalidParameter('limit', query.get('limit') ?? '', 'Expected a positive integer');
  const page = { world, call, limit: cut(query, Math.min(limit, largestLimit)), wanted: filterOf(query) };
  const type = query.get('stream_type') ?? 'all';
  if (type !== 'admin_logs' && type !== 'admin_logs_streaming') return userEvents(page, caller);
  const may =
    caller.administers &&
    caller.token.settings.scopes.includes('manage_enterprise_properties') &&
    caller.token.settings.access === 'enterprise';
  if (!may) return insufficientScope;
  return type === 'admin_logs' ? history(page) : streaming(page);
}

interface PageAsked {
  readonly world: BoxWorld;
  readonly call: Call;
  readonly limit: number;
  readonly wanted: (type: string | undefined) => boolean;
}

/** Now and then Box gives fewer than it was asked for, though there are more. */
function cut(query: URLSearchParams, limit: number): number {
  const position = query.get('stream_position') ?? '';
  let key = 0;
  for (const character of position) key = (key * 31 + character.charCodeAt(0)) | 0;
  return position !== '' && draw(key, limit, 530) < 0.15 ? Math.ceil(limit / 2) : limit;
}

/**
 * Of the enterprise's streams; the user's own has no filter. Box's documentation lists the types and leaves open what becomes of others:
 * here nothing matches them, for whoever asks for a wrong one then finds nothing, as is to be feared of Box.
 */
function filterOf(query: URLSearchParams): PageAsked['wanted'] {
  const types = query.getAll('event_type').flatMap((text) => text.split(','));
  return (type) => type !== undefined && (types.length === 0 || types.includes(type));
}

function answer({ world }: PageAsked, events: readonly BoxEvent[], next: string | number, kind: StreamKind = 'enterprise'): Answer {
  const entries = events.map((event) => renderEvent(world.enterprise, event, kind));
  return { status: 200, body: { chunk_size: entries.length, next_stream_position: next, entries } };
}

/** A window of time, in its order. A stand is the last event that was read: what lands before it later is not met any more. */
function history(page: PageAsked): Answer {
  const { world, call, limit, wanted } = page;
  const from = dateIn(call, 'created_after') ?? 0;
  const to = dateIn(call, 'created_before') ?? call.at + 1;
  if (Number.isNaN(from) || Number.isNaN(to)) return invalidParameter('created_after', call.search, 'Expected dates');
  const position = call.query.get('stream_position') ?? '0';
  const stand = standOf(position);
  if (stand === undefined && position !== '0') return invalidParameter('stream_position', position, 'Not a position of this stream');
  const events: BoxEvent[] = [];
  let last = stand;
  let looked = 0;
  for (const event of adminLogs(world, { from: Math.max(from, call.at - keptFor), to }, stand, wanted('LOGIN'))) {
    if (wanted(eventType(event, 'enterprise'))) events.push(event);
    last = event;
    if (events.length >= limit || ++looked >= mostLookedAt) break;
  }
  // Where nothing was found yet, Box says 0, from which nobody can go on.
  return answer(page, events, last ? `${last.at}_${last.id}` : '0');
}

function dateIn({ query }: Call, name: string): number | undefined {
  const text = query.get(name);
  return text === null ? undefined : (dateOf(text) ?? Number.NaN);
}

function standOf(position: string): Stand | undefined {
  const [at, id] = position.split('_');
  return id === undefined ? undefined : { at: Number(at), id };
}

/** Without windows: dates in the request are not looked at. Positions come as numbers and, for half of them, as texts. */
function streaming(page: PageAsked): Answer {
  const { world, call, limit, wanted } = page;
  const given = call.query.get('stream_position') ?? '0';
  if (given === 'now') return answer(page, [], streamEnd(world));
  if (!/^\d{1,16}$/.test(given)) return invalidParameter('stream_position', given, 'Not a position of this stream');
  const { events, next } = readStream(world, Number(given), limit, wanted);
  return answer(page, events, next % 2 === 0 ? next : String(next));
}

/** What concerns the caller alone, in the order in which it came in; position: how many came before. */
function userEvents(page: PageAsked, { user }: Caller): Answer {
  const { world, call, limit } = page;
  const { arrivals } = world.events;
  const given = call.query.get('stream_position') ?? '0';
  let next = given === 'now' ? arrivals.length : Number(given);
  if (!Number.isInteger(next) || next < 0) return invalidParameter('stream_position', given, 'Not a position of this stream');
  const events: BoxEvent[] = [];
  for (; next < arrivals.length && events.length < limit; next++) {
    const event = arrivals[next];
    const concerns = event && (event.by === user.id || event.owner === user.id);
    if (concerns && eventType(event, 'user') !== undefined) events.push(event);
  }
  return answer(page, events, next, 'user');
}
