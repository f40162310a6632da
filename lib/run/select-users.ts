import * as z from 'zod/mini';
import type { RosterUser } from '../declare/durable-job.ts';
import type { Setting, UserFilter } from '../declare/subject.ts';
import { NightporterError } from '../errors.ts';

/** The part of a reader of Box that a roster needs. */
export interface UserSource {
  get(path: string, query?: Readonly<Record<string, string>>): Promise<unknown>;
}

const userSchema = z.object({
  id: z.string(),
  name: z._default(z.nullish(z.string()), ''),
  login: z._default(z.nullish(z.string()), ''),
  role: z.nullish(z.string()),
  status: z.nullish(z.string()),
});
type BoxUser = z.infer<typeof userSchema>;

const pageSchema = z.object({ entries: z.array(z.unknown()), next_marker: z.nullish(z.string()) });
const membershipsSchema = z.object({ entries: z.array(z.object({ user: z.object({ id: z.string() }) })), total_count: z.number() });

const fields = 'id,name,login,role,status';

/** A part of the list. */
export interface UserPage {
  readonly users: readonly RosterUser[];
  /** Where the list goes on behind it; undefined at its end. */
  readonly next: string | undefined;
}

/**
 * Everyone whom the filter lets through, in Box's order, one page in memory at a time.
 * @param from `next` of the page before; from the beginning if left out
 * @throws NightporterError
 */
export async function* selectUsers(
  source: UserSource,
  where: UserFilter,
  settings: Readonly<Record<string, string | undefined>>,
  from?: string,
): AsyncGenerator<UserPage> {
  const isSelected = await selector(source, where, settings);
  const named = where.users && idsOf(where.users, settings);
  for await (const { users, next } of named ? usersById(source, named, Number(from ?? 0)) : everyUser(source, from)) {
    const selected = users.filter(isSelected);
    yield { users: selected.map(({ id, name, login, role }) => ({ id, name: name ?? '', login: login ?? '', role: role ?? null })), next };
  }
}

interface BoxUsers {
  readonly users: readonly BoxUser[];
  readonly next: string | undefined;
}

async function* everyUser(source: UserSource, from: string | undefined): AsyncGenerator<BoxUsers> {
  for (let marker = from; ; ) {
    const query = { usemarker: 'true', limit: '1000', user_type: 'managed', fields, ...(marker && { marker }) };
    const page = parsed(pageSchema, await source.get('/users', query));
    if (page.next_marker && page.next_marker === marker)
      throw new NightporterError('BOX_PAGE_REPEATED', 'Run again later: Box repeats a page of the list of users without end.');
    marker = page.next_marker || undefined;
    yield { users: page.entries.map((entry) => parsed(userSchema, entry)), next: marker };
    if (marker === undefined) return;
  }
}

/** A user who is gone is nobody's failure: the list was made by hand. */
async function* usersById(source: UserSource, ids: readonly string[], from: number): AsyncGenerator<BoxUsers> {
  for (let index = from; index < ids.length; index++) {
    const user = await source.get(`/users/${encodeURIComponent(ids[index] ?? '')}`, { fields }).catch((error) => {
      if ((error as { readonly status?: number }).status !== 404) throw error;
    });
    const next = index + 1 < ids.length ? String(index + 1) : undefined;
    yield { users: user === undefined ? [] : [parsed(userSchema, user)], next };
  }
}

async function selector(
  source: UserSource,
  { status, group, loginDomain }: UserFilter,
  settings: Readonly<Record<string, string | undefined>>,
): Promise<(user: BoxUser) => boolean> {
  const statuses = status && new Set<string>([status].flat());
  const domains = loginDomain && new Set([loginDomain].flat().map((domain) => domain.toLowerCase()));
  const members = group && (await membersOf(source, settled(group, settings)));
  return (user) =>
    (!statuses || statuses.has(user.status ?? 'active')) &&
    (!domains || domains.has((user.login ?? '').toLowerCase().replace(/^.*@/s, ''))) &&
    (!members || members.has(user.id));
}

async function membersOf(source: UserSource, group: string): Promise<ReadonlySet<string>> {
  const path = `/groups/${encodeURIComponent(group)}/memberships`;
  const members = new Set<string>();
  for (let offset = 0; ; ) {
    const page = parsed(membershipsSchema, await source.get(path, { limit: '1000', offset: String(offset) }));
    for (const { user } of page.entries) members.add(user.id);
    offset += page.entries.length;
    if (page.entries.length === 0 || offset >= page.total_count) return members;
  }
}

function idsOf(users: readonly string[] | Setting, settings: Readonly<Record<string, string | undefined>>): readonly string[] {
  const ids = 'setting' in users ? settled(users, settings).split(',') : users;
  return [...new Set(ids.map((id) => id.trim()).filter(Boolean))];
}

function settled(value: string | Setting, settings: Readonly<Record<string, string | undefined>>): string {
  const found = typeof value === 'string' ? value : settings[value.setting];
  if (found) return found;
  const name = typeof value === 'string' ? 'group' : value.setting;
  throw new NightporterError('SETTINGS_INVALID', `Set "${name}" under the stage's settings in cdk.json: the job selects its users by it.`);
}

function parsed<S extends z.ZodMiniType>(schema: S, value: unknown): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new NightporterError(
    'BOX_RESPONSE_INVALID',
    'Check what stands between this function and Box (a proxy?): a list of users is not one.',
  );
}
