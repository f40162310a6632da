import type { FileFull } from 'box-node-sdk/schemas/fileFull';
import type { FolderFull } from 'box-node-sdk/schemas/folderFull';
import { folder, type JobContext, type ReportSink, serviceAccount, setting, unlessGone, webhook, z } from 'nightporter';

const fields = ['shared_link', 'path_collection', 'classification', 'owned_by', 'etag'];

/** From nobody to everybody. */
const reach = ['none', 'collaborators', 'company', 'open'] as const;
const accesses: readonly string[] = reach;

const rule = z.strictObject({
  /** Box id of a folder: the rule is for everything below it, and for itself. Everywhere, if left out. */
  folder: z.optional(z.string().check(z.regex(/^\d+$/))),
  /** Name of a classification; whatever it is, or none, if left out. */
  classification: z.optional(z.string()),
  /** The widest access that a link may have; `none`: there may be no link. */
  access: z.enum(reach),
  /** Links must end after so many days at the latest. */
  days: z.optional(z.int().check(z.minimum(1))),
});

type Rule = z.infer<typeof rule>;
type Box = JobContext<'files' | 'folders' | 'sharedLinksFiles' | 'sharedLinksFolders', never, unknown>['box'];

/** Looks at each link as it is made or changed: the first rule that fits its place and classification says how far it may reach. */
export default webhook({
  impact: 'Links that reach further than the rules allow stay as they are.',
  triggers: ['SHARED_LINK.CREATED', 'SHARED_LINK.UPDATED'],
  target: folder(setting('linksFolder')),
  runAs: serviceAccount(),
  box: ['files', 'folders', 'sharedLinksFiles', 'sharedLinksFolders'],
  uses: ['reports:write'],
  params: z.strictObject({ rules: z.array(rule).check(z.minLength(1)) }),
  mode: 'report',
  async handle({ event, delivery, box, params, mode, report, log }) {
    const { type, id } = event.source;
    const finding = (row: Row, done: Done) => report.finding(delivery.marker, { [type]: id, ...row, done });
    let row: Row | undefined;
    for (let look = 0; look < mostLooks; look++) {
      const item = await unlessGone(read(box, type, id));
      const now = new Date();
      const found = item && params.rules.find((each) => fits(each, [id, ...foldersAbove(item)], item.classification?.name));
      const link = item?.sharedLink;
      const breach = found && link && breachOf(found, link, now);
      if (!item || !link || !found || !breach) {
        // Somebody was quicker than we, or an attempt that was cut off has done it.
        if (row) await finding(row, 'nothing');
        else await settle(report, delivery.marker, item && (link ? 'narrowed' : 'removed'));
        return { links: Number(Boolean(link)), breaches: 0 };
      }
      row = { owner: item.ownedBy?.id, breach, access: link.access, allowed: found.access };
      await finding(row, mode === 'enforce' ? 'pending' : 'nothing');
      log.warn('A link reaches further than its rule allows.', { [type]: id, breach });
      if (mode === 'report') return { links: 1, breaches: 1, fixed: 0 };
      const change = changeFor(found, link, now);
      const isDone = (await unlessGone(apply(box, { type, id, etag: item.etag ?? undefined }, change))) !== undefined;
      if (!isDone) continue;
      await finding(row, change === null ? 'removed' : 'narrowed');
      return { links: 1, breaches: 1, fixed: 1 };
    }
    throw new Error('The item changes as often as it is looked at.');
  },
});

/** `pending`: about to be narrowed or removed; where it stays so, the attempt was cut off, and the event comes again. `gone`: with its item. */
type Done = 'nothing' | 'pending' | 'narrowed' | 'removed' | 'gone';

/** Says what became of a link that an attempt was about to change when it was cut off. */
async function settle(report: ReportSink, id: string, done: Done = 'gone'): Promise<void> {
  const left = await report.found(id);
  if (left?.done === 'pending') await report.finding(id, { ...left, done });
}

interface Row {
  readonly owner: string | undefined;
  readonly breach: string;
  readonly access: string | undefined;
  readonly allowed: string;
}

/** The link that was judged must be the one that is written: one that was narrowed meanwhile would be widened. */
const mostLooks = 5;

function foldersAbove({ pathCollection }: FileFull | FolderFull): readonly string[] {
  return (pathCollection?.entries ?? []).map(({ id }) => id);
}

type Link = NonNullable<Awaited<ReturnType<typeof read>>['sharedLink']>;

async function read(box: Box, type: 'file' | 'folder', id: string): Promise<FileFull | FolderFull> {
  return type === 'file'
    ? box.files.getFileById(id, { queryParams: { fields } })
    : box.folders.getFolderById(id, { queryParams: { fields } });
}

function fits({ folder: place, classification }: Rule, above: readonly string[], name: string | undefined): boolean {
  return (place === undefined || above.includes(place)) && (classification === undefined || classification === name);
}

function breachOf({ access, days }: Rule, link: Link, now: Date): 'access' | 'days' | undefined {
  if (reachOf(link) > reach.indexOf(access)) return 'access';
  return days !== undefined && endOf(link) > latest(days, now) ? 'days' : undefined;
}

/** What the link is to become; `null`: none. What the rule allows of it stays. */
function changeFor({ access, days }: Rule, link: Link, now: Date): LinkChange | null {
  if (access === 'none') return null;
  const isTooWide = reachOf(link) > reach.indexOf(access);
  const isTooLong = days !== undefined && endOf(link) > latest(days, now);
  return {
    ...(isTooWide && { access }),
    ...(isTooLong && { unsharedAt: { value: new Date(latest(days, now)) } }),
  };
}

interface LinkChange {
  readonly access?: 'collaborators' | 'company' | 'open';
  readonly unsharedAt?: { readonly value: Date };
}

/** An access that Box may add one day counts as the widest. */
function reachOf({ access }: Link): number {
  const known = accesses.indexOf(access ?? '');
  return known < 0 ? reach.length : known;
}

function endOf(link: Link): number {
  return link.unsharedAt?.value.getTime() ?? Number.POSITIVE_INFINITY;
}

/** The latest end that the rule allows, in ms. Counted from now, so that an end which was set by this rule a moment ago is no breach. */
function latest(days: number, now: Date): number {
  return now.getTime() + days * 86_400_000;
}

interface Item {
  readonly type: 'file' | 'folder';
  readonly id: string;
  readonly etag: string | undefined;
}

/** Repeating it ends in the same state. Box answers 412 where the item has changed since. */
async function apply(box: Box, { type, id, etag }: Item, change: LinkChange | null): Promise<unknown> {
  const query = { fields: 'shared_link' };
  const guarded = { headers: { extraHeaders: { ...(etag !== undefined && { 'if-match': etag }) } } };
  if (type === 'file') {
    if (change === null) return box.sharedLinksFiles.removeSharedLinkFromFile(id, { sharedLink: null }, query, guarded);
    return box.sharedLinksFiles.updateSharedLinkOnFile(id, { sharedLink: change }, query, guarded);
  }
  if (change === null) return box.sharedLinksFolders.removeSharedLinkFromFolder(id, { sharedLink: null }, query, guarded);
  return box.sharedLinksFolders.updateSharedLinkOnFolder(id, { sharedLink: change }, query, guarded);
}
