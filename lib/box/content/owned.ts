import type { ItemFact, OwnedOptions, OwnedPage } from '../../declare/content.ts';
import type { Managers } from '../../declare/manager.ts';
import { type Frame, openFrame, readCursor, type Subfolder, writeCursor } from './frame.ts';
import { type Listing, listingsOf } from './listing.ts';
import { locate } from './locate.ts';
import { fieldsFor, nameOf, ownerOf, type RawItem, readItem } from './read-item.ts';

/**
 * Depth first: the frames on the stack are all that a walk knows, so that a cursor is a list of their ids. A folder's next page is asked for
 * when the subfolders of the one before are done, which keeps memory at one page for each level.
 */
export async function* ownedPages<const F extends ItemFact = never>(
  box: Managers<'folders'>,
  { owner, facts = [], from }: OwnedOptions<F>,
  signal: AbortSignal,
): AsyncGenerator<OwnedPage<F>, void, undefined> {
  const stack = from === undefined ? [openFrame('0', '/')] : readCursor(from);
  const list = listingsOf(box, fieldsFor(facts), signal);
  const isOwned = (item: RawItem): boolean => (ownerOf(item) ?? owner) === owner;
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    if (frame.isRead) {
      await enterNext(frame);
      continue;
    }
    const listing = await list(frame);
    if (listing && frame.path === undefined) await locate(box, stack, signal);
    const folder = { id: frame.id, path: frame.path ?? '', depth: stack.length - 1 };
    if (!listing) {
      stack.pop();
      yield { folder, items: [], foreign: 0, vanished: true, cursor: cursorNow() };
      continue;
    }
    const owned = listing.entries.filter(isOwned);
    take(frame, listing, -1);
    frame.isRead = true;
    const items = owned.map((raw) => readItem(raw, facts));
    yield { folder, items, foreign: listing.entries.length - owned.length, vanished: false, cursor: cursorNow() };
  }

  /** What is left of a page that has been handed out: its subfolders, and the page after it. */
  function take(frame: Frame, { entries, nextMarker }: Listing, after: number): void {
    const subfolders: Subfolder[] = [];
    for (const [index, raw] of entries.entries()) {
      if (index > after && raw.type === 'folder' && isOwned(raw)) subfolders.push({ id: raw.id, name: nameOf(raw), index });
    }
    frame.subfolders = subfolders.reverse();
    frame.next = nextMarker === undefined ? undefined : { marker: nextMarker, anchor: entries.at(-1)?.id ?? frame.anchor };
  }

  async function enterNext(frame: Frame): Promise<void> {
    if (!frame.subfolders) {
      const listing = await list(frame);
      if (!listing) return void stack.pop();
      // The one entered last may be gone by now; then those behind it have moved up to its place.
      const found = listing.entries.findIndex(({ id, type }) => type === 'folder' && id === frame.entered?.id);
      take(frame, listing, found >= 0 ? found : (frame.entered?.index ?? 0) - 1);
    }
    const subfolder = frame.subfolders?.pop();
    if (!subfolder) return turnPage(frame);
    const { id, name, index } = subfolder;
    frame.entered = { id, index };
    // A folder that is moved during the walk can be met again inside itself.
    if (stack.some((open) => open.id === id)) return;
    if (frame.path === undefined) await locate(box, stack, signal);
    stack.push(openFrame(id, `${frame.path === '/' ? '' : (frame.path ?? '')}/${name}`));
  }

  function turnPage(frame: Frame): void {
    if (frame.next) Object.assign(frame, frame.next, { isRead: false, entered: undefined, subfolders: undefined, next: undefined });
    else stack.pop();
  }

  function cursorNow(): string | undefined {
    for (let frame = stack.at(-1); frame?.isRead && frame.subfolders?.length === 0; frame = stack.at(-1)) {
      turnPage(frame);
      if (!frame.isRead) break;
    }
    return stack.length === 0 ? undefined : writeCursor(stack);
  }
}
