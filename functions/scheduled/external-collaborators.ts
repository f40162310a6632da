import {
  type Applied,
  type Chart,
  cron,
  type Details,
  eachManagedUser,
  type ItemCollaboration,
  type OwnedPage,
  type Row,
  type RunCounts,
  type SummaryTable,
  scheduledJob,
  unlessGone,
  z,
} from 'nightporter';

const columns = {
  outsider: { label: 'Outsider', kind: 'text' },
  login: { label: 'Login', kind: 'text' },
  domain: { label: 'Domain', kind: 'text' },
  path: { label: 'Item', kind: 'text' },
  type: { label: 'Type', kind: 'text' },
  role: { label: 'Role', kind: 'text' },
  status: { label: 'Status', kind: 'text' },
  owner: { label: 'Owner', kind: 'text' },
  since: { label: 'Invited', kind: 'time' },
  active: { label: 'Last known activity', kind: 'time' },
  ends: { label: 'Ends', kind: 'time' },
  planned: { label: 'Planned', kind: 'text' },
  itemId: { label: 'Item’s Box id', kind: 'text' },
  id: { label: 'Collaboration’s Box id', kind: 'text' },
} as const;

type ExternalRow = Row<keyof typeof columns>;

/** Box's roles, the strongest first: support.box.com/hc/en-us/articles/360044196413 */
const roles = ['co-owner', 'editor', 'viewer uploader', 'previewer uploader', 'viewer', 'previewer', 'uploader'] as const;

const days = z.int().check(z.minimum(0));

/** What is done with a collaboration of which all that is said here holds; the first rule that fits counts. */
const rule = z.strictObject({
  do: z.enum(['remove', 'downgrade']),
  /** With `downgrade`: the role that is left; who has a weaker one keeps it. */
  to: z._default(z.enum(roles), 'viewer'),
  domains: z.optional(z.array(z.string())),
  roles: z.optional(z.array(z.enum(roles))),
  pendingForDays: z.optional(days),
  invitedForDays: z.optional(days),
});

type Rule = z.infer<typeof rule>;

const actions = {
  remove: { effect: 'converging', label: 'Remove' },
  downgrade: { effect: 'converging', label: 'Give a weaker role' },
} as const;

const undo = {
  remove: 'Invite the person again; the invitation has to be accepted anew.',
  downgrade: 'Give the former role back.',
} as const;

export default scheduledJob({
  impact: 'Nobody sees which people outside the company work on its files, and former partners keep their access.',
  schedule: cron('0 2 ? * SUN *'),
  runAs: eachManagedUser(),
  box: ['folders', 'listCollaborations', 'userCollaborations'],
  uses: ['content:walk', 'reports:write'],
  params: z.strictObject({
    /** Whose people are no outsiders, beside the domain of the owner's own login: `example.com` does not cover `mail.example.com`. */
    allowedDomains: z._default(z.array(z.string().check(z.regex(/^[^@\s]+\.[^@\s]+$/))), []),
    rules: z._default(z.array(rule), [{ do: 'remove', to: 'viewer', pendingForDays: 30 }]),
  }),
  actions,
  report: {
    title: 'External collaborators',
    description: 'Who outside the company has been invited to something that one of its Box users owns, to what, and with which role.',
    columns,
    orders: [
      { label: 'By outsider', by: 'login', direction: 'ascending' },
      { label: 'Newest', by: 'since', direction: 'descending' },
      { label: 'Longest without activity', by: 'active', direction: 'ascending', where: ({ active }) => active !== null },
      { label: 'May change things', by: 'login', direction: 'ascending', where: ({ role }) => role === 'editor' || role === 'co-owner' },
      { label: 'Not answered', by: 'since', direction: 'ascending', where: ({ status }) => status === 'pending' },
      { label: 'Planned', by: 'login', direction: 'ascending', where: ({ planned }) => planned !== null },
    ],
  },

  async *plan({ box, user, content, cursor, params, run, report, propose, count }) {
    // Without a name a domain is nobody's: not that of an owner without a login either.
    const allowed = new Set([...params.allowedDomains, domainOf(user.login) || user.id].map((domain) => domain.toLowerCase()));
    const stopped = readPlace(cursor);
    let before = stopped.walk;
    let done: number | undefined;
    let asked = 0;
    for await (const page of content.owned(box, { owner: user.id, facts, from: before })) {
      done = done === undefined ? handled(page, stopped) : 0;
      for (const [index, item] of page.items.entries()) {
        if (index < done || item.type === 'web_link' || item.hasCollaborations === false) continue;
        const { type, id: itemId, name } = item;
        const path = `${page.folder.path === '/' ? '' : page.folder.path}/${name}`;
        for await (const each of content.collaborations(box, { type, id: itemId })) {
          count('considered');
          const login = each.grantee?.login ?? each.inviteEmail ?? '';
          const domain = domainOf(login);
          if (each.grantee?.type === 'group') count('groups');
          if (each.grantee?.type === 'group' || allowed.has(domain)) continue;
          count(each.status === 'pending' ? 'pending' : 'accepted');
          const found = params.rules.find((one) => fits(one, each, domain, run.scheduledTime));
          const what = found?.do === 'downgrade' && !isStronger(each.role, found.to) ? undefined : found?.do;
          const { id, role, status } = each;
          if (found && what) {
            const details = { role, status, to: what === 'downgrade' ? found.to : null, item: itemId };
            await propose({
              what,
              item: { type: 'collaboration', id, name: login, path },
              why: reason(each, domain),
              details,
              undo: undo[what],
            });
          }
          const own = item.modifiedBy !== null && item.modifiedBy === each.grantee?.id ? item.modifiedAt : null;
          const times = { since: each.createdAt, active: later(each.answeredAt, own), ends: each.expiresAt };
          const planned = found && what ? `${actions[what].label}${what === 'downgrade' ? `: ${found.to}` : ''}` : null;
          const whom = { outsider: each.grantee?.name || login, login, domain, owner: user.name };
          await report.add({ ...whom, path, type, role, status: each.status, ...times, planned, itemId, id });
        }
        // A page can hold a thousand items with a call for each: too much for one step.
        if (++asked % 50 === 0) yield JSON.stringify({ walk: before, item: itemId, index });
      }
      before = page.cursor;
      if (before !== undefined) yield JSON.stringify({ walk: before });
    }
  },

  async apply({ box, signal }, { what, item, details }): Promise<Applied> {
    signal.throwIfAborted();
    const { userCollaborations: collaborations } = box;
    const now = await unlessGone(
      collaborations.getCollaborationById(item.id, { queryParams: { fields: ['role', 'status', 'accessible_by'] } }),
    );
    const to = roles.find((role) => role === details?.to);
    if (!now || (to && !isStronger(now.role ?? '', to))) return { outcome: 'already' };
    if (now.role !== details?.role || now.status !== details?.status) return { outcome: 'changed' }; // somebody has accepted meanwhile
    const before: Details = {
      role: now.role ?? null,
      status: now.status ?? null,
      item: details?.item ?? null,
      user: now.accessibleBy?.id ?? null,
    };
    if (what === 'downgrade' && to) {
      const after = await unlessGone(collaborations.updateCollaborationById(item.id, { requestBody: { role: to } }));
      return after ? { outcome: 'done', before, after: { ...before, role: to }, undo: before } : { outcome: 'already' };
    }
    const isGone = (await unlessGone(collaborations.deleteCollaborationById(item.id).then(() => true))) !== true;
    return isGone ? { outcome: 'already' } : { outcome: 'done', before, after: { ...before, role: null, status: null }, undo: before };
  },

  async summarize({ counts, rows }) {
    const outsiders = new Map<unknown, Outsider>();
    const items = new Set<unknown>();
    const domains = new Map<string, number>();
    let planned = 0;
    for await (const row of rows()) {
      addOutsider(outsiders, row);
      items.add(row.itemId);
      domains.set(String(row.domain), (domains.get(String(row.domain)) ?? 0) + 1);
      planned += Number(row.planned !== null);
    }
    return {
      totals: [
        { label: 'Outsiders', value: outsiders.size, kind: 'count' },
        { label: 'Items given to outsiders', value: items.size, kind: 'count' },
        { label: 'Accepted', value: counts.accepted ?? 0, kind: 'count' },
        { label: 'Not answered', value: counts.pending ?? 0, kind: 'count' },
        { label: 'Planned', value: planned, kind: 'count' },
      ],
      charts: domains.size > 0 ? [domainChart(domains)] : [],
      tables: [outsiderTable([...outsiders.values()])],
      notes: notes(counts),
    };
  },
});

const facts = ['modifiedAt', 'modifiedBy', 'hasCollaborations'] as const;

/** Where the work stands: at the walk's cursor before a page, and behind one of its items, found again by its id or else by its index. */
const placeSchema = z.object({ walk: z.optional(z.string()), item: z.optional(z.string()), index: z.optional(z.int()) });

type Place = z.infer<typeof placeSchema>;

function readPlace(cursor: string | undefined): Place {
  return cursor === undefined ? {} : placeSchema.parse(JSON.parse(cursor));
}

/** How many items of the page at which the work stopped have been handled. */
function handled({ items }: OwnedPage, { item, index }: Place): number {
  if (item === undefined) return 0;
  const found = items.findIndex(({ id }) => id === item);
  return found >= 0 ? found + 1 : (index ?? 0);
}

/** Lower case, without what stands before the last `@`; empty where Box tells no address, which is allowed to nobody. */
function domainOf(login: string): string {
  return login.slice(login.lastIndexOf('@') + 1).toLowerCase();
}

function isStronger(role: string, than: string): boolean {
  const rank = (name: string) => (roles as readonly string[]).indexOf(name);
  return rank(role) >= 0 && rank(role) < rank(than);
}

const dayMs = 86_400_000;

function fits(rule: Rule, { role, status, createdAt }: ItemCollaboration, domain: string, asOf: Date): boolean {
  const age = createdAt === null ? -1 : (asOf.getTime() - Date.parse(createdAt)) / dayMs;
  return (
    (rule.domains?.some((each) => each.toLowerCase() === domain) ?? true) &&
    (rule.roles?.some((each) => each === role) ?? true) &&
    (rule.pendingForDays === undefined || (status === 'pending' && age >= rule.pendingForDays)) &&
    (rule.invitedForDays === undefined || age >= rule.invitedForDays)
  );
}

function reason({ role, status, createdAt }: ItemCollaboration, domain: string): string {
  const since = createdAt === null ? '' : ` since ${createdAt.slice(0, 10)}`;
  return `Somebody of ${domain || 'an unknown domain'} ${status === 'pending' ? 'has been invited' : 'has access'} as ${role}${since}.`;
}

function later(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return Date.parse(one) < Date.parse(other) ? other : one;
}

/** One person outside, of whom Box may tell no address; over all that they were given. */
function outsiderOf({ outsider, login, domain, role }: ExternalRow) {
  const none = { items: 0, pending: 0, owners: new Set<unknown>(), active: null as string | null };
  return { name: String(outsider), login: String(login), domain: String(domain), role: String(role), ...none };
}

type Outsider = ReturnType<typeof outsiderOf>;

function addOutsider(outsiders: Map<unknown, Outsider>, row: ExternalRow): void {
  const known = outsiders.get(row.login || row.outsider) ?? outsiderOf(row);
  outsiders.set(row.login || row.outsider, known);
  known.items++;
  known.pending += Number(row.status === 'pending');
  known.owners.add(row.owner);
  if (isStronger(String(row.role), known.role)) known.role = String(row.role);
  known.active = later(known.active, row.active === null ? null : String(row.active));
}

function outsiderTable(outsiders: readonly Outsider[]): SummaryTable {
  const { outsider, login, domain, active } = columns;
  const counted = {
    items: { label: 'Items', kind: 'count' },
    owners: { label: 'From', kind: 'count' },
    pending: { label: 'Not answered', kind: 'count' },
  } as const;
  const rows = outsiders.toSorted((a, b) => b.items - a.items || (a.login < b.login ? -1 : 1));
  return {
    name: 'outsiders',
    title: 'Outsiders',
    columns: { outsider, login, domain, ...counted, role: { label: 'Strongest role', kind: 'text' }, active },
    rows: rows.map(({ name, owners, ...rest }) => ({ outsider: name, owners: owners.size, ...rest })),
  };
}

function domainChart(domains: ReadonlyMap<string, number>): Chart {
  const most = [...domains].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, 10);
  const labels = most.map(([domain]) => domain || 'unknown');
  return {
    title: 'The ten domains with the most collaborations',
    shape: 'bar',
    kind: 'count',
    labels,
    values: most.map(([, count]) => count),
  };
}

function notes({ groups = 0 }: RunCounts): string[] {
  const said = [
    groups > 0 && `Given to groups, whose members are not listed here: ${groups.toLocaleString('en')} collaborations.`,
    'The last known activity is when the invitation was answered, or when the outsider was the last to change the item itself.',
    'What somebody may open because a folder above was given to them is not listed again.',
  ];
  return said.filter((note) => note !== false);
}
