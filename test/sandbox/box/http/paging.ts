import type { Answer } from './answer.ts';
import { invalidParameter } from './error-body.ts';

export interface PageRequest {
  /** Which collection this is: a marker of another one is refused. */
  readonly collection: string;
  readonly total: number;
  /** What `next_marker` is on the last page: Box has both. */
  readonly lastMarker: null | '';
  /** Left out where Box's offset pages have none. */
  readonly order?: readonly {
    readonly by: string;
    readonly direction: 'ASC' | 'DESC';
  }[];
  /** Marker only, or offset only, whatever `usemarker` says. */
  readonly only?: 'marker' | 'offset';
  /** For what changes while somebody walks: a marker then names what comes next, not how many came before. */
  readonly anchors?: Anchors;
  readonly largestLimit?: number;
}

/** How a position in the collection is found again after others have come or gone. */
export interface Anchors {
  readonly name: (position: number) => string;
  readonly find: (name: string) => number | undefined;
}

/** A slice of the collection and what stands around its `entries` in the answer. */
export interface Page {
  readonly start: number;
  readonly end: number;
  readonly envelope: Readonly<Record<string, unknown>>;
}

const defaultLimit = 100;
const usualLargestLimit = 1000;
const largestOffset = 10_000;

/**
 * Box's two ways of paging. A `limit` above 1,000 counts as 1,000; an `offset` above 10,000 is a 400;
 * with `usemarker=true` neither `offset` nor `total_count` comes back.
 */
export function pageOf(query: URLSearchParams, request: PageRequest): Page | Answer {
  const { only, largestLimit = usualLargestLimit } = request;
  const limit = Math.min(wholeNumber(query.get('limit')) ?? defaultLimit, largestLimit);
  if (query.has('limit') && !(wholeNumber(query.get('limit')) ?? 0))
    return invalidParameter('limit', query.get('limit') ?? '', 'Expected a positive integer');
  const marked = only === undefined ? query.get('usemarker') === 'true' : only === 'marker';
  return marked ? byMarker(query, request, limit) : byOffset(query, request, limit);
}

const counted: Anchors = { name: String, find: wholeNumber };

function byMarker(query: URLSearchParams, request: PageRequest, limit: number): Page | Answer {
  const { collection, total, lastMarker, anchors = counted } = request;
  const marker = query.get('marker');
  const start = marker ? readMarker(collection, marker, anchors) : 0;
  if (start === undefined) return invalidParameter('marker', marker ?? '', 'Not a marker of this collection');
  const end = Math.min(start + limit, total);
  return {
    start: Math.min(start, end),
    end,
    envelope: {
      limit,
      next_marker: end < total ? writeMarker(collection, anchors.name(end)) : lastMarker,
    },
  };
}

function byOffset(query: URLSearchParams, { total, order }: PageRequest, limit: number): Page | Answer {
  const given = query.get('offset') ?? '0';
  const offset = wholeNumber(given);
  if (offset === undefined || offset > largestOffset)
    return invalidParameter('offset', given, `Expected an integer from 0 to ${largestOffset}`);
  const end = Math.min(offset + limit, total);
  return {
    start: Math.min(offset, end),
    end,
    envelope: { total_count: total, limit, offset, ...(order && { order }) },
  };
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function writeMarker(collection: string, anchor: string): string {
  return Buffer.from(`${JSON.stringify(collection)}${anchor}`).toString('base64url');
}

function readMarker(collection: string, marker: string, anchors: Anchors): number | undefined {
  const text = Buffer.from(marker, 'base64url').toString();
  const prefix = JSON.stringify(collection);
  return text.startsWith(prefix) ? anchors.find(text.slice(prefix.length)) : undefined;
}
