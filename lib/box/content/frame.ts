import * as z from 'zod/mini';
import { NightporterError } from '../../errors.ts';

export interface Subfolder {
  readonly id: string;
  readonly name: string;
  /** Its place among the entries of the page. */
  readonly index: number;
}

/** A page of a folder on the way from the root to where the walk is. */
export interface Frame {
  readonly id: string;
  /** Undefined until somebody needs it after the walk has been taken up again. */
  path: string | undefined;
  /** Of the page; undefined for the folder's first. */
  marker: string | undefined;
  /** Id of the last entry of the page before, by which the page is found again when Box refuses the marker. */
  anchor: string | undefined;
  /** Whether the page has been handed out; what is left are its subfolders. */
  isRead: boolean;
  /** The subfolder entered last, and its place among the entries. */
  entered: { readonly id: string; readonly index: number } | undefined;
  /** Those still to be entered; undefined until the page has been listed. */
  subfolders: Subfolder[] | undefined;
  next: { readonly marker: string; readonly anchor: string | undefined } | undefined;
}

export function openFrame(id: string, path: string): Frame {
  const unread = { marker: undefined, anchor: undefined, isRead: false, entered: undefined, subfolders: undefined, next: undefined };
  return { id, path, ...unread };
}

const nothing = z.optional(z.nullable(z.string()));
const frameSchema = z.tuple([z.string().check(z.regex(/^\d+$/)), z.int(), nothing, nothing, nothing]);
const cursorSchema = z.array(frameSchema).check(z.minLength(1));

/** A frame as `[id, index, entered, marker, anchor]`, without what is empty at its end; index -1: not read, -2: read, nothing entered. */
export function writeCursor(frames: readonly Frame[]): string {
  return JSON.stringify(
    frames.map(({ id, marker, anchor, isRead, entered }) => {
      const values = [id, isRead ? (entered?.index ?? -2) : -1, entered?.id ?? null, marker ?? null, anchor ?? null];
      while (values.at(-1) === null) values.pop();
      return values;
    }),
  );
}

/** @throws NightporterError `CURSOR_INVALID` */
export function readCursor(cursor: string): Frame[] {
  const parsed = cursorSchema.safeParse(parse(cursor));
  if (!parsed.success) throw new NightporterError('CURSOR_INVALID', 'Start the walk from its beginning: this is no cursor of a walk.');
  return parsed.data.map(([id, index, entered, marker, anchor]) => ({
    ...openFrame(id, ''),
    path: id === '0' ? '/' : undefined,
    marker: marker ?? undefined,
    anchor: anchor ?? undefined,
    isRead: index !== -1,
    entered: entered == null ? undefined : { id: entered, index },
  }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
