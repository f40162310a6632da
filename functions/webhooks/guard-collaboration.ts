import { folder, type JobContext, serviceAccount, setting, webhook, z } from 'nightporter';

const domain = z.string().check(z.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'use small letters, such as example.com'));

type Box = JobContext<'userCollaborations' | 'comments', never, unknown>['box'];

/** Looks at each collaboration as it is made: whoever is invited must be of an allowed domain, or of one below it. */
export default webhook({
  impact: 'People outside the allowed domains keep the access that they were given.',
  triggers: ['COLLABORATION.CREATED', 'COLLABORATION.ACCEPTED'],
  target: folder(setting('collaborationsFolder')),
  runAs: serviceAccount(),
  box: ['userCollaborations', 'comments'],
  uses: ['reports:write', 'notify:send'],
  params: z.strictObject({ allowedDomains: z.array(domain).check(z.minLength(1)) }),
  mode: 'report',
  async handle({ event, box, params, mode, report, notify, log }) {
    const { id } = event.source;
    const found = await unlessGone(box.userCollaborations.getCollaborationById(id));
    const address = found && addressOf(found);
    if (!found || address === undefined || isAllowed(address, params.allowedDomains))
      return { collaborations: Number(found !== undefined), foreign: 0 };
    const item = { type: String(found.item?.type ?? 'item'), id: found.item?.id ?? '' };
    const row = { collaboration: id, [item.type]: item.id, owner: found.createdBy?.id, done: mode === 'enforce' ? 'removed' : 'nothing' };
    await report.finding(id, row);
    log.warn('Somebody outside the allowed domains was invited.', row);
    if (mode === 'report') return { collaborations: 1, foreign: 1, removed: 0 };
    // Who made it is told first: once it is gone, an attempt that is repeated would find nothing to tell of.
    if (item.type === 'file') await comment(box, item.id, id);
    else await notify.send({ marker: id, subject: 'A collaboration was removed', text: messageFor(item, id, found.createdBy?.id) });
    await unlessGone(box.userCollaborations.deleteCollaborationById(id));
    return { collaborations: 1, foreign: 1, removed: 1 };
  },
});

type Collaboration = Awaited<ReturnType<Box['userCollaborations']['getCollaborationById']>>;

/** Of groups there is none: their members are people of the enterprise. */
function addressOf({ accessibleBy, inviteEmail }: Collaboration): string | undefined {
  const login = accessibleBy && 'login' in accessibleBy ? accessibleBy.login : undefined;
  return login || inviteEmail || undefined;
}

function isAllowed(address: string, allowed: readonly string[]): boolean {
  const own = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return allowed.some((each) => own === each || own.endsWith(`.${each}`));
}

/** People see it, so it carries a marker, and is not made where that is found. Box tells the file's owner of it. */
async function comment(box: Box, file: string, collaboration: string): Promise<void> {
  const marker = `[nightporter:${collaboration}]`;
  for (let offset = 0; ; ) {
    const queryParams = { fields: ['message'], limit: 1000, offset };
    const { entries = [], totalCount = 0 } = await box.comments.getFileComments(file, { queryParams });
    if (entries.some(({ message }) => message?.includes(marker))) return;
    offset += 1000;
    if (entries.length === 0 || offset >= totalCount) break;
  }
  const text = 'An invitation to this file went to somebody outside the allowed domains, and is taken back.';
  await box.comments.createComment({ message: `${text} ${marker}`, item: { id: file, type: 'file' } });
}

function messageFor(item: { readonly type: string; readonly id: string }, collaboration: string, inviter: string | undefined): string {
  const who = inviter === undefined ? 'somebody' : `user ${inviter}`;
  return `The collaboration ${collaboration}, which ${who} made on ${item.type} ${item.id}, was with somebody outside the allowed domains, and was removed. Tell ${who}: Box has no comments on folders.`;
}

/** Box answers 404 to what is deleted and to what can't be seen. */
async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  return call.catch((error: { readonly status?: unknown }) => {
    if (error.status === 404) return undefined;
    throw error;
  });
}
