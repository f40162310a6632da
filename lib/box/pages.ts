import type { MarkerPage, Pages } from '../declare/job-context.ts';
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
    if (marker !== undefined && seen.has(marker)) {
      throw new NightporterError(
        'BOX_PAGE_REPEATED',
        'Run again later: Box gave the same page marker twice, so the list can not be read to its end.',
      );
    }
    if (marker !== undefined) seen.add(marker);
  } while (marker !== undefined);
}

export const pages: Pages = { byMarker };
