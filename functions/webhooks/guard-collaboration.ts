import { folder, type JobContext, serviceAccount, setting, unlessGone, webhook, z } from 'nightporter';

type Box = JobContext<'userCollaborations' | 'comments' | 'files' | 'folders', never, unknown>['box'];

/** Looks at each collaboration as it is made: whoever is invited must be of an allowed domain. */
export default webhook({
  impact: 'People outside the allowed domains keep the access that they were given.',
  triggers: ['COLLABORATION.CREATED', 'COLLABORATION.ACCEPTED'],
  target: folder(setting('collaborationsFolder')),
  runAs: serviceAccount(),
  box: ['userCollaborations', 'comments', 'files', 'folders'],
  uses: ['reports:write', 'notify:send'],
  params: z.strictObject({
    /** `example.com` does not cover `mail.example.com`; large and small letters are the same. */
    allowedDomains: z.array(z.string().check(z.regex(/^[^@\s]+\.[^@\s]+$/))).check(z.minLength(1)),
  }),
  mode: 'report',
  async handle({ event, box, params, mode, report, notify, log }) {
    const { id } = event.source;
    const found = await unlessGone(box.userCollaborations.getCollaborationById(id));
    const domain = found && domainOf(found);
    if (!found || domain === 'group' || params.allowedDomains.some((each) => each.toLowerCase() === domain)) {
      // An attempt may have been cut off after it took it back, and before it said so.
      const left = await report.found(id);
      if (left?.done === 'pending') await report.finding(id, { ...left, done: found ? 'nothing' : 'removed' });
      return { collaborations: Number(found !== undefined), foreign: 0 };
    }
    const item = itemOf(found.item ?? event.source.item);
    const owner = item && (await ownerOf(box, item));
    const row = { collaboration: id, ...(item && { [item.type]: item.id }), owner, inviter: found.createdBy?.id };
    // Box does not say of whom it speaks: somebody has to look, and nobody loses anything on a guess.
    const isEnforced = mode === 'enforce' && domain !== undefined;
    await report.finding(id, { ...row, done: isEnforced ? 'pending' : 'nothing' });
    log.warn('Somebody outside the allowed domains, or of whom Box says nothing, was invited.', row);
    if (!isEnforced) return { collaborations: 1, foreign: 1, removed: 0 };
    // Who owns it is told first: once it is gone, an attempt that is repeated would find nothing to tell of.
    if (item?.type === 'file') await comment(box, item.id, id);
    else await notify.send({ marker: id, subject: 'A collaboration is not allowed', text: messageFor(row, item) });
    await unlessGone(box.userCollaborations.deleteCollaborationById(id));
    await report.finding(id, { ...row, done: 'removed' });
    return { collaborations: 1, foreign: 1, removed: 1 };
  },
});

type Collaboration = Awaited<ReturnType<Box['userCollaborations']['getCollaborationById']>>;

interface Item {
  readonly type: 'file' | 'folder';
  readonly id: string;
}

/** In small letters. Of a group there is none: its members are the enterprise's to choose. `undefined` where Box hides who it is. */
function domainOf({ accessibleBy, inviteEmail }: Collaboration): string | undefined {
  if (accessibleBy?.type === 'group') return 'group';
  const login = accessibleBy && 'login' in accessibleBy ? accessibleBy.login : undefined;
  const address = login || inviteEmail || '';
  return address.includes('@') ? address.slice(address.lastIndexOf('@') + 1).toLowerCase() : undefined;
}

/** Box hides the item of one that was not accepted yet; the event may still have it. */
function itemOf(item: { readonly type?: unknown; readonly id?: unknown } | null | undefined): Item | undefined {
  const { type, id } = item ?? {};
  return (type === 'file' || type === 'folder') && typeof id === 'string' && /^\d+$/.test(id) ? { type, id } : undefined;
}

async function ownerOf({ files, folders }: Box, { type, id }: Item): Promise<string | undefined> {
  const queryParams = { fields: ['owned_by'] };
  const found = await unlessGone<{ readonly ownedBy?: { readonly id: string } }>(
    type === 'file' ? files.getFileById(id, { queryParams }) : folders.getFolderById(id, { queryParams }),
  );
  return found?.ownedBy?.id;
}

/**
 * People see it, so it carries a marker, and is not made where that is found; of the collaboration, not of the delivery, since it is told of
 * twice, as made and as accepted. True also where Box then refuses to remove it. Box tells the file's owner of it.
 */
async function comment(box: Box, file: string, collaboration: string): Promise<void> {
  const marker = `[nightporter:${collaboration}]`;
  for (let offset = 0; ; ) {
    const queryParams = { fields: ['message'], limit: 1000, offset };
    const { entries = [], totalCount = 0 } = await box.comments.getFileComments(file, { queryParams });
    if (entries.some(({ message }) => message?.includes(marker))) return;
    offset += 1000;
    if (entries.length === 0 || offset >= totalCount) break;
  }
  const text = 'An invitation to this file went to somebody outside the allowed domains. Such invitations are taken back.';
  await box.comments.createComment({ message: `${text} ${marker}`, item: { id: file, type: 'file' } });
}

interface Facts {
  readonly collaboration: string;
  readonly owner: string | undefined;
  readonly inviter: string | undefined;
}

function messageFor({ collaboration, owner, inviter }: Facts, item: Item | undefined): string {
  const who = inviter === undefined ? 'somebody' : `user ${inviter}`;
  const what = item === undefined ? 'an item that is hidden from us' : `${item.type} ${item.id}`;
  const whom = owner === undefined ? who : `its owner, user ${owner}`;
  return `The collaboration ${collaboration}, which ${who} made on ${what}, is with somebody outside the allowed domains, and is taken back. Tell ${whom}: Box has no comments on folders.`;
}
