import type { Managers } from './manager.ts';

/** What Box can tell of an item besides its type, id and name. Times are ISO 8601; null where Box says nothing. */
export interface ItemFacts {
  /** Bytes; a folder's are those of everything in it. */
  readonly size: number | null;
  /** For `if-match`: a change that finds another etag is refused. The root folder has none. */
  readonly etag: string | null;
  readonly createdAt: string | null;
  readonly modifiedAt: string | null;
  /** Box user id of who changed it last. */
  readonly modifiedBy: string | null;
  readonly sharedLink: SharedLink | null;
  /** Whether anybody has been invited to it. */
  readonly hasCollaborations: boolean | null;
}

/** A fact that a walk can be asked for. */
export type ItemFact = keyof ItemFacts;

/** Box's type of what lies in a folder. */
export type ItemType = 'file' | 'folder' | 'web_link';

/** Everybody who has the link, the company's people, or those who were invited to the item. */
export type LinkAccess = 'open' | 'company' | 'collaborators';

/** A shared link, without its address: whoever knows that can use it. developer.box.com/reference/resources/file (shared_link) */
export interface SharedLink {
  /** Whom its maker meant it for. */
  readonly access: LinkAccess;
  /** For whom it works: the folder's or the company's rules may have narrowed it. */
  readonly effectiveAccess: LinkAccess;
  readonly effectivePermission: string;
  readonly hasPassword: boolean;
  /** ISO 8601; null when it never ends. */
  readonly expiresAt: string | null;
  readonly downloads: number;
  readonly previews: number;
}

/** An item with the facts that were asked for; others do not compile, as Box leaves out what a request does not name. */
export type OwnedItem<F extends ItemFact = never> = {
  readonly type: ItemType;
  readonly id: string;
  readonly name: string;
} & Pick<ItemFacts, F>;

/** A folder on the way of a walk. */
export interface OwnedFolder {
  readonly id: string;
  /** Names from the root on, each after a `/`; the root is `/`. Empty for a folder that vanished before anybody could see its name. */
  readonly path: string;
  /** 0 for the root. */
  readonly depth: number;
}

/** Where a walk goes on: text that is small (about 40 bytes for each level), may be stored for hours, and means something to `from` alone. */
export type ContentCursor = string;

/** Up to 1,000 entries of one folder. A bigger folder comes in several pages, with what is in its subfolders between them. */
export interface OwnedPage<F extends ItemFact = never> {
  readonly folder: OwnedFolder;
  readonly items: readonly OwnedItem<F>[];
  /** Entries of this page that another user owns: left out, with all that is in them. */
  readonly foreign: number;
  /** The folder was deleted or moved out of sight after its parent was listed. */
  readonly vanished: boolean;
  /** To go on after this page; undefined when nothing is left. A walk that was taken up before may find no page behind its last cursor. */
  readonly cursor: ContentCursor | undefined;
}

/** Whose content is walked, what is asked of each item, and where the walk goes on. */
export interface OwnedOptions<F extends ItemFact> {
  /** Box user id of the owner, as whom the job runs. */
  readonly owner: string;
  readonly facts?: readonly F[];
  /** The cursor of the last page that an earlier walk has handled; from the root if left out. */
  readonly from?: ContentCursor | undefined;
}

/** Whom an item was given to. Times are ISO 8601. */
export interface ItemCollaboration {
  readonly id: string;
  /** `editor`, `viewer`, `co-owner`, … */
  readonly role: string;
  readonly status: string;
  /** Null for somebody invited by an address that has no account yet. */
  readonly grantee: {
    readonly type: 'user' | 'group';
    readonly id: string;
    readonly name: string | null;
    readonly login: string | null;
  } | null;
  readonly inviteEmail: string | null;
  readonly createdAt: string | null;
  /** When the invitation was accepted or refused. */
  readonly answeredAt: string | null;
  readonly expiresAt: string | null;
}

/** What `uses: ['content:walk']` hands to a job. Every method calls Box through the managers that the job declared. */
export interface Content {
  /**
   * Everything that a user owns, depth first, a page at a time: each item once, as long as nobody moves folders meanwhile. In memory are the
   * pages of the folders along one path.
   * @throws NightporterError `CURSOR_INVALID` for a cursor that is none, `BOX_MARKER_REFUSED` when Box has forgotten where it stopped
   */
  owned<const F extends ItemFact = never>(box: Managers<'folders'>, options: OwnedOptions<F>): AsyncIterable<OwnedPage<F>>;
  /** As `owned`, but for the items: only those with a shared link. */
  linked<const F extends ItemFact = never>(box: Managers<'folders'>, options: OwnedOptions<F>): AsyncIterable<OwnedPage<F | 'sharedLink'>>;
  /** Whom a file or folder itself was given to, invitations that nobody has answered among them; not those of the folders above. */
  collaborations(
    box: Managers<'listCollaborations'>,
    item: { readonly type: 'file' | 'folder'; readonly id: string },
  ): AsyncIterable<ItemCollaboration>;
  /** Invitations that the user, as whom the job runs, has not answered. */
  invitations(box: Managers<'listCollaborations'>): AsyncIterable<ItemCollaboration>;
}
