import type { FileFull } from 'box-node-sdk/schemas/fileFull';
import type { FolderFull } from 'box-node-sdk/schemas/folderFull';
import { folder, type JobContext, serviceAccount, setting, webhook, z } from 'nightporter';

const fields = ['shared_link', 'path_collection', 'classification', 'owned_by'];

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
  async handle({ event, box, params, mode, report, log }) {
    const { type, id } = event.source;
    const item = await unlessGone(read(box, type, id));
    const link = item?.sharedLink;
    if (!item || !link) return { links: 0 };
    const above = [id, ...(item.pathCollection?.entries ?? []).map((each) => each.id)];
    const found = params.rules.find((each) => fits(each, above, item.classification?.name));
    const now = new Date();
    const breach = found && breachOf(found, link, now);
    if (!found || !breach) return { links: 1, breaches: 0 };
    const change = changeFor(found, link, now);
    if (mode === 'enforce') await unlessGone(apply(box, type, id, change));
    const done = mode === 'enforce' ? (change === null ? 'removed' : 'narrowed') : 'nothing';
    await report.finding(event.id, { [type]: id, owner: item.ownedBy?.id, breach, access: link.access, allowed: found.access, done });
    log.warn('A link reaches further than its rule allows.', { [type]: id, breach, done });
    return { links: 1, breaches: 1, fixed: Number(mode === 'enforce') };
  },
});

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

/** A day more than the rule says is not a breach yet: the link was made a moment ago, and Box keeps whole seconds. */
function latest(days: number, now: Date): number {
  return now.getTime() + days * 86_400_000;
}

/** Repeating it ends in the same state. */
async function apply(box: Box, type: 'file' | 'folder', id: string, change: LinkChange | null): Promise<unknown> {
  const query = { fields: 'shared_link' };
  if (type === 'file') {
    if (change === null) return box.sharedLinksFiles.removeSharedLinkFromFile(id, { sharedLink: null }, query);
    return box.sharedLinksFiles.updateSharedLinkOnFile(id, { sharedLink: change }, query);
  }
  if (change === null) return box.sharedLinksFolders.removeSharedLinkFromFolder(id, { sharedLink: null }, query);
  return box.sharedLinksFolders.updateSharedLinkOnFolder(id, { sharedLink: change }, query);
}

/** Box answers 404 to what is deleted and to what can't be seen. */
async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  return call.catch((error: { readonly status?: unknown }) => {
    if (error.status === 404) return undefined;
    throw error;
  });
}
