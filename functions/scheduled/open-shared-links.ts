import {
  type ActionItem,
  type Applied,
  type Chart,
  cron,
  type Details,
  eachManagedUser,
  type Managers,
  type Row,
  type RunCounts,
  type SharedLink,
  scheduledJob,
  unlessGone,
  z,
} from 'nightporter';

const columns = {
  path: { label: 'Item', kind: 'text' },
  type: { label: 'Type', kind: 'text' },
  owner: { label: 'Owner', kind: 'text' },
  login: { label: 'Login', kind: 'text' },
  created: { label: 'Item created', kind: 'time' },
  changed: { label: 'Item changed', kind: 'time' },
  downloads: { label: 'Downloads', kind: 'count' },
  previews: { label: 'Previews', kind: 'count' },
  password: { label: 'Password', kind: 'text' },
  ends: { label: 'Ends', kind: 'time' },
  allows: { label: 'Allows', kind: 'text' },
  planned: { label: 'Planned', kind: 'text' },
  id: { label: 'Box id', kind: 'text' },
} as const;

const isBare = ({ ends, password }: Row<keyof typeof columns>) => ends === null && password === 'no';

const days = z.int().check(z.minimum(0));

/** What is done with a link of which all that is said here holds; the first rule that fits counts. */
const rule = z.strictObject({
  do: z.enum(['expire', 'restrict', 'remove']),
  /** With `expire`: how many days the link still has. */
  days: z._default(z.int().check(z.minimum(1)), 30),
  itemOlderThanDays: z.optional(days),
  itemUnchangedForDays: z.optional(days),
  downloadsAtMost: z.optional(days),
  hasPassword: z.optional(z.boolean()),
  hasEnd: z.optional(z.boolean()),
  type: z.optional(z.enum(['file', 'folder', 'web_link'])),
});

type Rule = z.infer<typeof rule>;

const actions = {
  expire: { effect: 'converging', label: 'Set an end date' },
  restrict: { effect: 'converging', label: 'Restrict to people of the company' },
  remove: { effect: 'converging', label: 'Remove the link' },
} as const;

type What = keyof typeof actions;

const undo: Readonly<Record<What, string | null>> = {
  expire: 'Take the end date away again, or set the former one.',
  restrict: 'Open it to everyone again: the address stays the same; a password has to be set anew.',
  remove: null,
};

export default scheduledJob({
  impact: 'Links open to the whole internet stay open one more day.',
  schedule: cron('0 1 * * ? *'),
  runAs: eachManagedUser(),
  box: ['folders', 'sharedLinksFiles', 'sharedLinksFolders', 'sharedLinksWebLinks'],
  uses: ['content:walk', 'reports:write'],
  params: z.strictObject({
    rules: z._default(z.array(rule), [{ do: 'expire', days: 30, hasPassword: false, hasEnd: false }]),
    /** Box ids of items whose links are left as they are. */
    keep: z._default(z.array(z.string()), []),
  }),
  actions,
  report: {
    title: 'Open shared links',
    description: 'Every link with which anyone on the internet gets at something that one of the company’s Box users owns.',
    columns,
    orders: [
      { label: 'Most downloaded', by: 'downloads', direction: 'descending' },
      { label: 'Oldest items', by: 'created', direction: 'ascending' },
      { label: 'Longest unchanged', by: 'changed', direction: 'ascending' },
      { label: 'Neither password nor end', by: 'downloads', direction: 'descending', where: isBare },
      { label: 'Planned', by: 'path', direction: 'ascending', where: ({ planned }) => planned !== null },
    ],
  },

  async *plan({ box, user, content, cursor, params, run, report, propose, count }) {
    const facts = ['createdAt', 'modifiedAt', 'etag'] as const;
    for await (const page of content.linked(box, { owner: user.id, facts, from: cursor })) {
      for (const item of page.items) {
        const { sharedLink: link } = item;
        if (!link) continue;
        // A link for anybody counts: `limits.share` is a share of all that there are.
        count('considered');
        count(link.effectiveAccess);
        if (link.effectiveAccess !== 'open') continue;
        const age = { created: daysSince(item.createdAt, run.scheduledTime), changed: daysSince(item.modifiedAt, run.scheduledTime) };
        count(bracketOf(age.created));
        const found = params.keep.includes(item.id) ? undefined : params.rules.find((each) => fits(each, item.type, link, age));
        const end = found?.do === 'expire' ? new Date(run.scheduledTime.getTime() + found.days * dayMs) : null;
        const what = end && link.expiresAt && new Date(link.expiresAt) <= end ? undefined : found?.do;
        const { id, type, name, etag } = item;
        const path = `${page.folder.path === '/' ? '' : page.folder.path}/${name}`;
        if (what) {
          const why = reason(link, age.created);
          const details = { end: end?.toISOString() ?? null };
          await propose({ what, item: { type, id, name, path, ...(etag !== null && { etag }) }, why, details, undo: undo[what] });
        }
        const dates = { created: item.createdAt, changed: item.modifiedAt, ends: link.expiresAt };
        const use = { downloads: link.downloads, previews: link.previews, password: link.hasPassword ? 'yes' : 'no' };
        const planned = what ? actions[what].label : null;
        await report.add({
          path,
          type,
          owner: user.name,
          login: user.login,
          ...dates,
          ...use,
          allows: link.effectivePermission,
          planned,
          id,
        });
      }
      if (page.cursor !== undefined) yield page.cursor;
    }
  },

  async apply({ box, signal }, { what, item, details }): Promise<Applied> {
    signal.throwIfAborted();
    const found = await unlessGone<Item>(readLink(box, item));
    if (!found) return { outcome: 'changed' };
    const { sharedLink: link } = found;
    const end = typeof details?.end === 'string' ? new Date(details.end) : undefined;
    const isOpen = link && (link.effectiveAccess ?? link.access) === 'open';
    const endsInTime = end && link?.unsharedAt && link.unsharedAt.value <= end;
    if (endsInTime || (what === 'remove' ? !link : !isOpen)) return { outcome: 'already' };
    // A date that has passed while the plan lay waiting is none that Box would take.
    if (found.etag !== item.etag || (end && end.getTime() <= Date.now())) return { outcome: 'changed' };
    const written = await unlessGone<Item>(
      writeLink(box, item, what === 'remove' ? null : end ? { unsharedAt: { value: end } } : { access: 'company' }),
    );
    if (!written) return { outcome: 'changed' };
    const before = detailsOf(link);
    return { outcome: 'done', before, after: detailsOf(written.sharedLink), ...(undo[what] && { undo: before }) };
  },

  async summarize({ counts, rows }) {
    const totals = { bare: 0, unused: 0, planned: 0 };
    const owners = new Set<unknown>();
    for await (const row of rows()) {
      totals.bare += Number(isBare(row));
      totals.unused += Number(row.downloads === 0);
      totals.planned += Number(row.planned !== null);
      owners.add(row.login);
    }
    return {
      totals: [
        { label: 'Open links', value: counts.open ?? 0, kind: 'count' },
        { label: 'Neither password nor end', value: totals.bare, kind: 'count' },
        { label: 'Never downloaded', value: totals.unused, kind: 'count' },
        { label: 'Users with open links', value: owners.size, kind: 'count' },
        { label: 'Planned', value: totals.planned, kind: 'count' },
      ],
      charts: counts.considered ? charts(counts) : [],
      notes,
    };
  },
});

const dayMs = 86_400_000;

function daysSince(time: string | null, asOf: Date): number | null {
  return time === null ? null : Math.floor((asOf.getTime() - Date.parse(time)) / dayMs);
}

/** What Box does not say fits no condition: nothing is done on a guess. */
function fits(
  rule: Rule,
  type: string,
  link: SharedLink,
  age: { readonly created: number | null; readonly changed: number | null },
): boolean {
  const atLeast = (days: number | null, wanted: number | undefined) => wanted === undefined || (days !== null && days >= wanted);
  return (
    (rule.type ?? type) === type &&
    (rule.hasPassword ?? link.hasPassword) === link.hasPassword &&
    (rule.hasEnd ?? link.expiresAt !== null) === (link.expiresAt !== null) &&
    link.downloads <= (rule.downloadsAtMost ?? link.downloads) &&
    atLeast(age.created, rule.itemOlderThanDays) &&
    atLeast(age.changed, rule.itemUnchangedForDays)
  );
}

function reason({ hasPassword, expiresAt, downloads }: SharedLink, days: number | null): string {
  const end = expiresAt === null ? 'no end' : `an end on ${expiresAt.slice(0, 10)}`;
  const age = days === null ? '' : ` The item is ${days} days old.`;
  return `Open to anyone, with ${hasPassword ? 'a password' : 'no password'} and ${end}, downloaded ${downloads} times.${age}`;
}

type Box = Managers<'sharedLinksFiles' | 'sharedLinksFolders' | 'sharedLinksWebLinks'>;
type Wanted = { readonly access: 'company' } | { readonly unsharedAt: { readonly value: Date } } | null;

const query = { fields: 'shared_link,etag' };

function readLink(box: Box, { type, id }: ActionItem) {
  if (type === 'folder') return box.sharedLinksFolders.getSharedLinkForFolder(id, query);
  if (type === 'file') return box.sharedLinksFiles.getSharedLinkForFile(id, query);
  return box.sharedLinksWebLinks.getSharedLinkForWebLink(id, query);
}

function writeLink(box: Box, { type, id, etag }: ActionItem, sharedLink: Wanted) {
  const guarded = { headers: { extraHeaders: { ...(etag !== undefined && { 'if-match': etag }) } } };
  if (type === 'folder') {
    if (sharedLink === null) return box.sharedLinksFolders.removeSharedLinkFromFolder(id, { sharedLink }, query, guarded);
    return box.sharedLinksFolders.updateSharedLinkOnFolder(id, { sharedLink }, query, guarded);
  }
  if (type === 'file') {
    if (sharedLink === null) return box.sharedLinksFiles.removeSharedLinkFromFile(id, { sharedLink }, query, guarded);
    return box.sharedLinksFiles.updateSharedLinkOnFile(id, { sharedLink }, query, guarded);
  }
  if (sharedLink === null) return box.sharedLinksWebLinks.removeSharedLinkFromWebLink(id, { sharedLink }, query, guarded);
  return box.sharedLinksWebLinks.updateSharedLinkOnWebLink(id, { sharedLink }, query, guarded);
}

type Item = Awaited<ReturnType<typeof readLink>>;

function detailsOf(link: Item['sharedLink']): Details {
  return { access: link?.access ?? null, end: link?.unsharedAt?.value.toISOString() ?? null, password: link?.isPasswordEnabled ?? null };
}

const brackets = [
  { label: 'Under 1 month', count: 'underOneMonth', belowDays: 30 },
  { label: '1 to 6 months', count: 'underSixMonths', belowDays: 182 },
  { label: '6 to 12 months', count: 'underOneYear', belowDays: 365 },
  { label: '1 to 3 years', count: 'underThreeYears', belowDays: 3 * 365 },
  { label: 'Over 3 years', count: 'overThreeYears', belowDays: Number.POSITIVE_INFINITY },
];

function bracketOf(days: number | null): string {
  return brackets.find(({ belowDays }) => (days ?? Number.POSITIVE_INFINITY) < belowDays)?.count ?? 'overThreeYears';
}

function charts(counts: RunCounts): Chart[] {
  return [
    {
      title: 'Shared links by whom they work for',
      shape: 'doughnut',
      kind: 'count',
      labels: ['Anyone', 'The company', 'Collaborators'],
      values: [counts.open ?? 0, counts.company ?? 0, counts.collaborators ?? 0],
    },
    {
      title: 'Open links by the age of what they open',
      shape: 'bar',
      kind: 'count',
      labels: brackets.map(({ label }) => label),
      values: brackets.map(({ count }) => counts[count] ?? 0),
    },
  ];
}

const notes = [
  'Box does not say when a link was made: none is older than its item.',
  'A link counts as open when it works for anyone, whatever its maker asked for.',
];
