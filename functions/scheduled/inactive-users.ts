import {
  type Applied,
  type Chart,
  cron,
  type Managers,
  type Pages,
  type ReportSummary,
  scheduledJob,
  serviceAccount,
  type Unfinished,
  unlessGone,
  z,
} from 'nightporter';

const columns = {
  name: { label: 'Name', kind: 'text' },
  login: { label: 'Login', kind: 'text' },
  status: { label: 'Status', kind: 'text' },
  role: { label: 'Role', kind: 'text' },
  used: { label: 'Used', kind: 'bytes' },
  created: { label: 'Created', kind: 'time' },
  changed: { label: 'Account changed', kind: 'time' },
  planned: { label: 'Planned', kind: 'text' },
  kept: { label: 'Kept because', kind: 'text' },
  id: { label: 'Box id', kind: 'text' },
} as const;

/** What only a person at work causes: developer.box.com/guides/events/event-triggers */
const signsOfLife = 'LOGIN ADD_LOGIN_ACTIVITY_DEVICE UPLOAD EDIT DOWNLOAD PREVIEW MOVE COPY RENAME DELETE'.split(' ');

const actions = {
  deactivate: { effect: 'converging', label: 'Deactivate the account' },
  rollOut: { effect: 'converging', label: 'Roll the account out of the company' },
} as const;

const undo = {
  deactivate: 'Set the account to active again.',
  rollOut: 'Invite the person into the company again; what they own has left with them and comes back when they accept.',
} as const;

export default scheduledJob({
  impact: 'Licences are paid for people who have not used Box for months.',
  schedule: cron('0 4 1 * ? *'),
  runAs: serviceAccount(),
  box: ['users', 'events'],
  uses: ['reports:write'],
  params: z.strictObject({
    /** How long somebody must have done nothing; Box keeps events for a year. */
    days: z._default(z.int().check(z.minimum(7), z.maximum(365)), 90),
    /** Deactivating frees no licence; rolling out does, and takes along what the person owns. */
    do: z._default(z.enum(['deactivate', 'rollOut']), 'deactivate'),
    /** Box ids or logins of those who are left alone. */
    keep: z._default(z.array(z.string()), []),
    events: z._default(z.array(z.string()).check(z.minLength(1)), signsOfLife),
  }),
  actions,
  // Nobody is rolled out without a person's approval.
  modes: ['report', 'approve'],
  report: {
    title: 'Inactive users',
    description: 'Who has a licence and has left no sign of life in Box for a long time.',
    columns,
    orders: [
      { label: 'Longest unchanged', by: 'changed', direction: 'ascending' },
      { label: 'Planned', by: 'changed', direction: 'ascending', where: ({ planned }) => planned !== null },
      { label: 'Most storage', by: 'used', direction: 'descending' },
      { label: 'Kept', by: 'name', direction: 'ascending', where: ({ kept }) => kept !== null },
    ],
  },

  async *plan({ box, cursor, params, run, pages, report, propose, incomplete, count, signal }) {
    const to = run.scheduledTime;
    const from = new Date(to.getTime() - params.days * dayMs);
    const state = readState(cursor) ?? { silent: await usersBefore(from, box, pages, signal) };
    const { silent } = state;

    if (state.marker === undefined) {
      try {
        let read = 0;
        for await (const { events, next } of eventChunks({ box, pages, signal, types: params.events, from, to }, state.position)) {
          state.first ??= events[0]?.createdAt?.value.toISOString();
          state.last = events.at(-1)?.createdAt?.value.toISOString() ?? state.last;
          for (const { createdBy } of events) if (createdBy) silent.delete(Number(createdBy.id));
          state.position = next;
          if (++read % 20 === 0) yield writeState(state, count);
        }
      } catch (error) {
        if ((error as { readonly code?: unknown }).code !== 'BOX_PAGE_REPEATED') throw error;
        state.missing = 'cut';
      }
      // Some days pass without an event where few people work.
      const mostQuietMs = Math.max(2, params.days / 10) * dayMs;
      if (state.first === undefined) state.missing = 'none';
      else if (Date.parse(state.first) - from.getTime() > mostQuietMs) state.missing = 'late';
      else if (to.getTime() - Date.parse(state.last ?? state.first) > mostQuietMs) state.missing ??= 'early';
      if (state.missing) incomplete(missing[state.missing]);
      if (state.missing) count('incomplete');
    }

    const keep = new Set(params.keep.map((each) => each.toLowerCase()));
    for (let marker: string | undefined = state.marker || undefined; ; ) {
      signal.throwIfAborted();
      const page = await box.users.getUsers({ userType: 'managed', usemarker: true, limit: 1_000, fields, ...(marker && { marker }) });
      for (const user of page.entries ?? []) {
        count('considered');
        if (!silent.has(Number(user.id))) continue;
        const { id, login = '', role = null, status = null } = user;
        const name = user.name?.trim() || login || id;
        const changed = user.modifiedAt?.value.toISOString() ?? null;
        const kept = keep.has(id) || keep.has(login.toLowerCase()) ? 'named as an exception' : keptBecause(role, user.isPlatformAccessOnly);
        const isDone = params.do === 'deactivate' && status === 'inactive';
        const what = kept || isDone || state.missing ? undefined : params.do;
        count('silent');
        count(kept ? 'kept' : 'licences');
        if (what) count('planned');
        if (what) {
          const why = `No sign of life since ${from.toISOString().slice(0, 10)} at the latest; role ${role}, status ${status}.`;
          const details = { changed, since: to.toISOString() };
          await propose({ what, item: { type: 'user', id, name: login || name }, why, details, undo: undo[what] });
        }
        const dates = { created: user.createdAt?.value.toISOString() ?? null, changed };
        const planned = what ? actions[what].label : null;
        await report.add({ name, login, status, role, used: user.spaceUsed ?? null, ...dates, planned, kept, id });
      }
      marker = page.nextMarker || undefined;
      if (marker === undefined) return;
      yield writeState({ ...state, marker }, count);
    }
  },

  async apply({ box, pages, params, signal, kept }, { what, item, details }): Promise<Applied | Unfinished> {
    // Box's history comes late: what was done just before the plan may not have been in it.
    const from = Date.parse(String(details?.since)) - dayMs;
    const lately = kept('lately', (): Lately => ({ ids: new Set(), from, last: from, wholeAt: 0 }));
    if (!(await readOn(lately, { box, pages, signal, types: params.events }))) return { outcome: 'unfinished' };
    const now = await unlessGone(box.users.getUserById(item.id, { queryParams: { fields } }));
    if (!now || (what === 'deactivate' && now.status === 'inactive')) return { outcome: now || what === 'rollOut' ? 'already' : 'changed' };
    const isTheSame = (now.modifiedAt?.value.toISOString() ?? null) === details?.changed && !lately.ids.has(item.id);
    if (!isTheSame || keptBecause(now.role ?? null, now.isPlatformAccessOnly)) return { outcome: 'changed' };
    const before = { status: now.status ?? null, member: true };
    const requestBody = what === 'rollOut' ? { enterprise: null } : ({ status: 'inactive' } as const);
    if (!(await unlessGone(box.users.updateUserById(item.id, { requestBody })))) return { outcome: 'changed' };
    const after = what === 'rollOut' ? { ...before, member: false } : { ...before, status: 'inactive' };
    return { outcome: 'done', before, after, ...(what === 'deactivate' && { undo: before }) };
  },

  summarize: ({ counts, params }): ReportSummary => ({
    totals: [
      { label: 'Users', value: counts.considered ?? 0, kind: 'count' },
      { label: `No sign of life for ${params.days} days`, value: counts.silent ?? 0, kind: 'count' },
      { label: 'Planned', value: counts.planned ?? 0, kind: 'count' },
      { label: 'Licences that rolling out would free', value: counts.licences ?? 0, kind: 'count' },
    ],
    charts: counts.considered ? [chartOf(counts)] : [],
    notes: notes(counts),
  }),
});

const dayMs = 86_400_000;
const fields = ['id', 'name', 'login', 'status', 'role', 'space_used', 'created_at', 'modified_at', 'is_platform_access_only'];

const missing = {
  none: 'Box gave no events at all for these days.',
  late: 'The events that Box gave begin later than these days do.',
  early: 'The events that Box gave end earlier than these days do.',
  cut: 'Box stopped giving events before the end of these days.',
} as const;

/** Of those whose account is older than that, so that nobody is inactive who has only just come. */
async function usersBefore(from: Date, box: Managers<'users'>, pages: Pages, signal: AbortSignal): Promise<Set<number>> {
  const silent = new Set<number>();
  const users = pages.byMarker((marker) => {
    signal.throwIfAborted();
    return box.users.getUsers({ userType: 'managed', usemarker: true, limit: 1_000, fields: ['created_at'], ...(marker && { marker }) });
  });
  for await (const { id, createdAt } of users) if (createdAt && createdAt.value < from) silent.add(Number(id));
  return silent;
}

interface Source {
  readonly box: Managers<'events'>;
  readonly pages: Pages;
  readonly signal: AbortSignal;
  readonly types: readonly string[];
  readonly from: Date;
  /** Until now if left out. */
  readonly to?: Date;
}

/** The company's events of these types, as they come: up to 500 at once, with the position behind them. */
function eventChunks({ box, pages, signal, types, from, to }: Source, start?: string) {
  return pages.byStreamPosition(async (position = start) => {
    signal.throwIfAborted();
    const { entries = [], nextStreamPosition } = await box.events.getEvents({
      streamType: 'admin_logs',
      limit: 500,
      eventType: types,
      createdAfter: { value: from },
      ...(to && { createdBefore: { value: to } }),
      ...(position !== undefined && { streamPosition: position }),
    });
    return { entries: entries.length > 0 ? [{ events: entries, next: String(nextStreamPosition) }] : [], nextStreamPosition };
  });
}

/** Who was active since the plan, as far as it is read; times in ms. */
type Lately = { readonly ids: Set<string>; from: number; last: number; position?: string | undefined; wholeAt: number };

/** As late as Box’s events are themselves; and how long a step reads before it leaves the rest to the next. */
const [freshMs, stretchMs] = [300_000, 120_000];

/** Reads on, and again from a day back when it is old: an event that comes late stands among those read before. @returns whether all is read */
async function readOn(lately: Lately, source: Omit<Source, 'from'>): Promise<boolean> {
  if (lately.position === undefined && Date.now() - lately.wholeAt < freshMs) return true;
  const end = Date.now() + stretchMs;
  for await (const { events, next } of eventChunks({ ...source, from: new Date(lately.from) }, lately.position)) {
    for (const { createdBy } of events) if (createdBy) lately.ids.add(createdBy.id);
    lately.last = events.at(-1)?.createdAt?.value.getTime() ?? lately.last;
    lately.position = next;
    if (Date.now() >= end) return false;
  }
  Object.assign(lately, { from: Math.max(lately.from, lately.last - dayMs), position: undefined, wholeAt: Date.now() });
  return true;
}

function keptBecause(role: string | null, isAppUser: boolean | undefined): string | null {
  if (isAppUser) return 'an app works with it';
  return role === 'user' ? null : `role ${role ?? 'unknown'}`;
}

/** What fits into a cursor, as three bytes or so for each user. */
const mostBytes = 750_000;

const stateSchema = z.object({
  silent: z.string(),
  position: z.optional(z.string()),
  marker: z.optional(z.string()),
  first: z.optional(z.string()),
  last: z.optional(z.string()),
  missing: z.optional(z.enum(['none', 'late', 'early', 'cut'])),
});

/** What is laid down between steps: where the events or the users are read on, times of the first and the last event, who has not been met yet. */
type State = Omit<z.infer<typeof stateSchema>, 'silent'> & { readonly silent: Set<number> };

function readState(cursor: string | undefined): State | undefined {
  if (cursor === undefined) return undefined;
  const { silent: packed, ...rest } = stateSchema.parse(JSON.parse(cursor));
  const silent = new Set<number>();
  let [id, scale] = [0, 1];
  for (const byte of Buffer.from(packed, 'base64url')) {
    id += (byte & 127) * scale;
    scale = byte < 128 ? 1 : scale * 128;
    if (byte < 128) silent.add(id);
  }
  return { silent, ...rest };
}

/** Ids in ascending order as their distances, seven bits to a byte. Whoever does not fit counts as active, which harms nobody. */
function writeState({ silent, ...rest }: State, count: (name: string, by?: number) => void): string {
  const bytes: number[] = [];
  let before = 0;
  for (const id of [...silent].toSorted((a, b) => a - b)) {
    if (bytes.length > mostBytes) {
      silent.delete(id);
      count('unjudged');
      continue;
    }
    let delta = id - before;
    for (; delta >= 128; delta = Math.floor(delta / 128)) bytes.push((delta % 128) + 128);
    bytes.push(delta);
    before = id;
  }
  return JSON.stringify({ silent: Buffer.from(bytes).toString('base64url'), ...rest });
}

function chartOf({ considered = 0, silent = 0, kept = 0 }: Record<string, number>): Chart {
  const labels = ['With signs of life, or new', 'Without', 'Without, and kept'];
  return { title: 'Users', shape: 'doughnut', kind: 'count', labels, values: [considered - silent, silent - kept, kept] };
}

function notes({ incomplete = 0, unjudged = 0 }: Record<string, number>): string[] {
  const said = [
    incomplete > 0 && 'The events were not complete, so nothing is planned, and some of these users may have been active.',
    unjudged > 0 && `Too many to keep in mind, so taken for active this time: ${unjudged.toLocaleString('en')} users.`,
    'A deactivated account goes on taking up a licence; one that is rolled out does not.',
  ];
  return said.filter((note) => note !== false);
}
