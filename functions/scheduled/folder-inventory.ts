import type { Item } from 'box-node-sdk/schemas/item';
import type { Items } from 'box-node-sdk/schemas/items';
import { type Chart, cron, managedUser, scheduledJob, setting, type Total } from 'nightporter';

const fields = ['type', 'id', 'name', 'size', 'modified_at', 'owned_by'];

const columns = {
  path: { label: 'Folder', kind: 'text' },
  total: { label: 'Size with subfolders', kind: 'bytes' },
  bytes: { label: 'Own size', kind: 'bytes' },
  files: { label: 'Files', kind: 'count' },
  folders: { label: 'Subfolders', kind: 'count' },
  links: { label: 'Web links', kind: 'count' },
  oldest: { label: 'Oldest file', kind: 'time' },
  newest: { label: 'Newest file', kind: 'time' },
  changed: { label: 'Last change within', kind: 'time' },
  depth: { label: 'Level', kind: 'count' },
  id: { label: 'Box id', kind: 'text' },
} as const;

export default scheduledJob({
  impact: 'Nobody sees which folders grow, and which have lain untouched for years.',
  schedule: cron('0 3 ? * SUN *'),
  runAs: managedUser(setting('inventoryUser')),
  box: ['folders'],
  uses: ['reports:write'],

  async run({ box, pages, settings, report, run, signal, log }) {
    const writer = await report.open<keyof typeof columns>({
      title: 'Folder inventory',
      description: 'What one Box user owns, folder by folder: how much, how many files, and how long it has lain unchanged.',
      columns,
      orders: [
        { label: 'Biggest', by: 'bytes', direction: 'descending' },
        { label: 'Biggest with subfolders', by: 'total', direction: 'descending' },
        { label: 'Most files', by: 'files', direction: 'descending' },
        { label: 'Longest unchanged', by: 'changed', direction: 'ascending', where: ({ changed }) => changed !== null },
        { label: 'Empty', by: 'path', direction: 'ascending', where: ({ files, folders, links }) => !files && !folders && !links },
      ],
    });
    const tally = newTally();
    const seen = new Set<string>(['0']);

    /** What stands in a folder itself; undefined when it was deleted after its parent was listed. */
    async function contentOf(folder: Folder): Promise<Content | undefined> {
      const content = emptyContent();
      const items = pages.byMarker(async (marker) => {
        signal.throwIfAborted();
        const queryParams = { usemarker: true, limit: 1_000, fields, ...(marker && { marker }) };
        return owned(await box.folders.getFolderItems(folder.id, { queryParams }), settings.inventoryUser, content);
      });
      try {
        for await (const item of items) addItem(content, item, run.scheduledTime);
        return content;
      } catch (error) {
        if (folder.depth === 0 || (error as { readonly status?: unknown }).status !== 404) throw error;
        return undefined;
      }
    }

    /** Depth first, one request at a time: in memory are the folders along one path and the ids seen. */
    async function visit(folder: Folder): Promise<Extent> {
      const content = await contentOf(folder);
      if (!content) {
        tally.vanished++;
        return { bytes: 0, changed: null };
      }
      let { bytes: total, newest: changed } = content;
      for (const { id, name } of content.folders) {
        // A folder that is moved during the walk can be met again.
        if (seen.has(id)) continue;
        seen.add(id);
        const below = await visit({ id, path: `${folder.path === '/' ? '' : folder.path}/${name}`, depth: folder.depth + 1 });
        if (folder.depth === 0) tally.top.push({ name, bytes: below.bytes });
        total += below.bytes;
        changed = latest(changed, below.changed);
      }
      addContent(tally, content, folder.depth);
      const { files, links, bytes, oldest, newest } = content;
      const times = { oldest: iso(oldest), newest: iso(newest), changed: iso(changed) };
      await writer.add({ ...folder, ...times, total, bytes, files, links, folders: content.folders.length });
      return { bytes: total, changed };
    }

    await visit({ id: '0', path: '/', depth: 0 });
    await writer.publish({ totals: totals(tally), charts: charts(tally), notes: notes(tally) });
    log.info('folder inventory published', { folders: tally.folders, files: tally.files });
    return { folders: tally.folders, files: tally.files, rows: tally.folders };
  },
});

interface Folder {
  readonly id: string;
  readonly path: string;
  readonly depth: number;
}

/** A folder with all below it. Times are milliseconds since 1970. */
interface Extent {
  readonly bytes: number;
  readonly changed: number | null;
}

interface Content {
  readonly folders: { readonly id: string; readonly name: string }[];
  readonly byAge: number[];
  files: number;
  links: number;
  bytes: number;
  oldest: number | null;
  newest: number | null;
  foreign: number;
}

const dayMs = 86_400_000;

const ages = [
  { label: 'Under 1 year', belowDays: 365 },
  { label: '1 to 2 years', belowDays: 2 * 365 },
  { label: '2 to 3 years', belowDays: 3 * 365 },
  { label: '3 to 5 years', belowDays: 5 * 365 },
  { label: 'Over 5 years', belowDays: Number.POSITIVE_INFINITY },
];

function emptyContent(): Content {
  return { folders: [], byAge: ages.map(() => 0), files: 0, links: 0, bytes: 0, oldest: null, newest: null, foreign: 0 };
}

/** The items of a page that are not another user's. For folders the SDK keeps the owner in the page's raw data alone. */
function owned(page: Items, user: string | undefined, content: Content): { entries: Item[]; nextMarker: string | null } {
  const raw = page.rawData as { readonly entries?: readonly { readonly owned_by?: { readonly id?: string } | null }[] } | undefined;
  const entries = (page.entries ?? []).filter((_, index) => (raw?.entries?.[index]?.owned_by?.id ?? user) === user);
  content.foreign += (page.entries?.length ?? 0) - entries.length;
  return { entries, nextMarker: page.nextMarker ?? null };
}

function addItem(content: Content, item: Item, asOf: Date): void {
  if (item.type === 'folder') content.folders.push({ id: item.id, name: item.name ?? item.id });
  else if (item.type === 'web_link') content.links++;
  else {
    const size = ('size' in item && item.size) || 0;
    const modified = ('modifiedAt' in item && item.modifiedAt?.value.getTime()) || null;
    content.files++;
    content.bytes += size;
    content.oldest = modified === null ? content.oldest : Math.min(content.oldest ?? modified, modified);
    content.newest = latest(content.newest, modified);
    const age = ages.findIndex(({ belowDays }) => asOf.getTime() - (modified ?? 0) < belowDays * dayMs);
    content.byAge[age] = (content.byAge[age] ?? 0) + size;
  }
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

interface Tally {
  folders: number;
  files: number;
  links: number;
  bytes: number;
  empty: number;
  deepest: number;
  foreign: number;
  vanished: number;
  readonly byAge: number[];
  readonly top: { readonly name: string; readonly bytes: number }[];
}

function newTally(): Tally {
  const zeros = { folders: 0, files: 0, links: 0, bytes: 0, empty: 0, deepest: 0, foreign: 0, vanished: 0 };
  return { ...zeros, byAge: ages.map(() => 0), top: [] };
}

function addContent(tally: Tally, content: Content, depth: number): void {
  tally.folders++;
  tally.files += content.files;
  tally.links += content.links;
  tally.bytes += content.bytes;
  tally.foreign += content.foreign;
  tally.empty += Number(content.files + content.links + content.folders.length === 0);
  tally.deepest = Math.max(tally.deepest, depth);
  for (const [age, bytes] of content.byAge.entries()) tally.byAge[age] = (tally.byAge[age] ?? 0) + bytes;
}

function totals({ folders, files, links, bytes, empty, deepest }: Tally): Total[] {
  return [
    { label: 'Size', value: bytes, kind: 'bytes' },
    { label: 'Files', value: files, kind: 'count' },
    { label: 'Folders', value: folders, kind: 'count' },
    { label: 'Empty folders', value: empty, kind: 'count' },
    { label: 'Web links', value: links, kind: 'count' },
    { label: 'Deepest level', value: deepest, kind: 'count' },
  ];
}

function charts({ top, byAge, bytes }: Tally): Chart[] {
  if (bytes === 0) return [];
  const biggest = top.toSorted((a, b) => b.bytes - a.bytes).slice(0, 10);
  const rest = bytes - biggest.reduce((sum, folder) => sum + folder.bytes, 0);
  return [
    {
      title: 'The ten biggest top folders and all else',
      shape: 'doughnut',
      kind: 'bytes',
      labels: [...biggest.map(({ name }) => name), 'All else'],
      values: [...biggest.map((folder) => folder.bytes), rest],
    },
    { title: 'Size by time since the last change', shape: 'bar', kind: 'bytes', labels: ages.map(({ label }) => label), values: byAge },
  ];
}

function notes({ folders, files, foreign, vanished }: Tally): string[] {
  const said = [
    files === 0 && folders === 1 && 'The user owns no files and no folders.',
    foreign > 0 && `Left out because another user owns them: ${foreign.toLocaleString('en')} items, with all that is in them.`,
    vanished > 0 && `Left out because they were deleted during the walk: ${vanished.toLocaleString('en')} folders.`,
    'Earlier versions of files and the trash are not counted, though they take up storage.',
  ];
  return said.filter((note) => note !== false);
}
