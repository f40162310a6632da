import * as z from 'zod/mini';
import type { RosterUser } from '../declare/durable-job.ts';
import type { Setting, UserFilter } from '../declare/subject.ts';
import { NightporterError } from '../errors.ts';
import { type RunPlace, rosterKey } from './run-place.ts';
import { lines, type WorkStore } from './work-store.ts';

/** The part of a reader of Box that a roster needs. */
export interface UserSource {
  get(path: string, query?: Readonly<Record<string, string>>): Promise<unknown>;
}

/** A shard must fit into one execution's 3,000 operations with room for waits, and its roster into memory. */
export const usersPerShard = 200;

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

/** Everyone whom the filter lets through, in Box's order, one page in memory at a time. @throws NightporterError */
export async function* selectUsers(
  source: UserSource,
  where: UserFilter,
  settings: Readonly<Record<string, string | undefined>>,
): AsyncGenerator<RosterUser> {
  const isSelected = await selector(source, where, settings);
  const named = where.users && idsOf(where.users, settings);
  for await (const user of named ? usersById(source, named) : everyUser(source)) {
    if (!isSelected(user)) continue;
    yield { id: user.id, name: user.name ?? '', login: user.login ?? '', role: user.role ?? null };
  }
}

/** Writes the roster in shards. @returns how many users, and in how many shards */
export async function writeRoster(
  store: WorkStore,
  place: RunPlace,
  users: AsyncIterable<RosterUser>,
): Promise<{ readonly users: number; readonly shards: number }> {
  let count = 0;
  let shard: RosterUser[] = [];
  const flush = async (): Promise<void> => {
    const number = Math.ceil(count / usersPerShard);
    await store.put(rosterKey(place, number), shard.map((user) => `${JSON.stringify(user)}\n`).join(''));
    shard = [];
  };
  for await (const user of users) {
    shard.push(user);
    count++;
    if (shard.length === usersPerShard) await flush();
  }
  if (shard.length > 0) await flush();
  return { users: count, shards: Math.ceil(count / usersPerShard) };
}

export async function readShard(store: WorkStore, place: RunPlace, shard: number): Promise<readonly RosterUser[]> {
  return lines(await store.get(rosterKey(place, shard))).map((line) => JSON.parse(line) as RosterUser);
}

async function* everyUser(source: UserSource): AsyncGenerator<BoxUser> {
  for (let marker: string | undefined; ; ) {
    const query = { usemarker: 'true', limit: '1000', user_type: 'managed', fields, ...(marker && { marker }) };
    const page = parsed(pageSchema, await source.get('/users', query));
    for (const entry of page.entries) yield parsed(userSchema, entry);
    if (!page.next_marker) return;
    if (page.next_marker === marker)
      throw new NightporterError('BOX_PAGE_REPEATED', 'Run again later: Box repeats a page of the list of users without end.');
    marker = page.next_marker;
  }
}

/** A user who is gone is nobody's failure: the list was made by hand. */
async function* usersById(source: UserSource, ids: readonly string[]): AsyncGenerator<BoxUser> {
  for (const id of ids) {
    const user = await source.get(`/users/${encodeURIComponent(id)}`, { fields }).catch((error) => {
      if ((error as { readonly status?: number }).status !== 404) throw error;
    });
    if (user !== undefined) yield parsed(userSchema, user);
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
