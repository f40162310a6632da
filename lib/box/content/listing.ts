import type { Managers } from '../../declare/manager.ts';
import { NightporterError } from '../../errors.ts';
import type { Frame } from './frame.ts';
import { type RawItem, readRawItems } from './read-item.ts';

/** A page of a folder as Box gave it. */
export interface Listing {
  readonly entries: readonly RawItem[];
  readonly nextMarker: string | undefined;
}

/** Lists the page of a frame; undefined when the folder is not there any more. */
export type List = (frame: Frame) => Promise<Listing | undefined>;

/** The most that Box gives at once. */
const limit = 1_000;

export function listingsOf(box: Managers<'folders'>, fields: readonly string[], signal: AbortSignal): List {
  async function page(id: string, marker: string | undefined): Promise<Listing> {
    signal.throwIfAborted();
    const queryParams = { usemarker: true, limit, fields, ...(marker !== undefined && { marker }) };
    const { nextMarker, rawData } = await box.folders.getFolderItems(id, { queryParams });
    if (nextMarker && nextMarker === marker)
      throw new NightporterError(
        'BOX_PAGE_REPEATED',
        'Run again later: Box gave the same page marker twice, so a folder can not be read to its end.',
      );
    return { entries: readRawItems(rawData), nextMarker: nextMarker || undefined };
  }

  /** From the first page on, until the anchor comes by: what follows it in its page. */
  async function behind(id: string, anchor: string | undefined): Promise<Listing> {
    let marker: string | undefined;
    do {
      const { entries, nextMarker } = await page(id, marker);
      const found = entries.findIndex((entry) => entry.id === anchor);
      if (found >= 0) return { entries: entries.slice(found + 1), nextMarker };
      marker = nextMarker;
    } while (marker !== undefined);
    throw refused();
  }

  return async (frame) => {
    try {
      return await page(frame.id, frame.marker);
    } catch (error) {
      const { status } = error as { readonly status?: unknown };
      if (status === 404 && frame.id !== '0') return undefined;
      // Markers are not for keeps: developer.box.com/guides/api-calls/pagination/marker-based
      if (status !== 400 || frame.marker === undefined) throw error;
      if (frame.isRead) throw refused();
      return behind(frame.id, frame.anchor);
    }
  };
}

function refused(): NightporterError {
  return new NightporterError('BOX_MARKER_REFUSED', 'Start this walk from its beginning: Box has forgotten the page at which it stopped.');
}
