import type { MarkerPage, OffsetPage, Pages, StreamPage } from '../declare/job-context.ts';
import { NightporterError } from '../errors.ts';

/**
 * Marker paging (developer.box.com/guides/api-calls/pagination/marker-based): ends when Box gives no next marker, never because a page is short.
 * A marker that comes twice would go round for ever, so it ends the walk with an error.
 */
async function* byMarker<T>(fetch: (marker: string | undefined) => Promise<MarkerPage<T>>): AsyncGenerator<T, void, undefined> {
  const seen = new Set<string>();
  let marker: string | undefined;
  do {
    const { entries = [], nextMarker } = await fetch(marker);
    yield* entries;
    marker = nextMarker || undefined;
    if (marker !== undefined && seen.has(marker)) throw repeated();
    if (marker !== undefined) seen.add(marker);
  } while (marker !== undefined);
}

/** Offset paging: goes on by the limit that Box names and not by what it gave, as entries that the user may not see are left out of a page. */
async function* byOffset<T>(fetch: (offset: number) => Promise<OffsetPage<T>>): AsyncGenerator<T, void, undefined> {
  for (let offset = 0; ; ) {
    const { entries = [], limit, totalCount } = await fetch(offset);
    yield* entries;
    const step = limit !== undefined && limit > 0 ? limit : entries.length;
    offset += step;
    if (entries.length === 0 && (limit === undefined || totalCount === undefined)) return;
    if (totalCount !== undefined && offset >= totalCount) return;
    if (step === 0) throw repeated();
  }
}

/** Events: a page without any is the last one only where the position stays as it was, or is 0, from which nobody could go on. */
async function* byStreamPosition<T>(fetch: (position: string | undefined) => Promise<StreamPage<T>>): AsyncGenerator<T, void, undefined> {
  for (let position: string | undefined; ; ) {
    const { entries = [], nextStreamPosition } = await fetch(position);
    yield* entries;
    const next = String(nextStreamPosition ?? '0');
    const stays = next === position || next === '0';
    if (stays && entries.length === 0) return;
    if (stays) throw repeated();
    position = next;
  }
}

function repeated(): NightporterError {
  return new NightporterError(
    'BOX_PAGE_REPEATED',
    'Run again later: Box gave the same page twice, so the list can not be read to its end.',
  );
}

export const pages: Pages = { byMarker, byOffset, byStreamPosition };
