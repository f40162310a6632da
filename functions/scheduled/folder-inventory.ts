import { type Chart, cron, managedUser, type OwnedItem, type OwnedPage, type Row, scheduledJob, setting, type Total } from 'nightporter';

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

type Column = keyof typeof columns;

export default scheduledJob({
  impact: 'Nobody sees which folders grow, and which have lain untouched for years.',
  schedule: cron('0 3 ? * SUN *'),
  runAs: managedUser(setting('inventoryUser')),
  durable: true,
  box: ['folders'],
  uses: ['content:walk', 'reports:write'],
  report: {
    title: 'Folder inventory',
    description: 'What one Box user owns, folder by folder: how much, how many files, and how long it has lain unchanged.',
    columns,
    orders: [
      { label: 'Biggest', by: 'bytes', direction: 'descending' },
      { label: 'Biggest with subfolders', by: 'total', direction: 'descending' },
      { label: 'Most files', by: 'files', direction: 'descending' },
      { label: 'Longest unchanged', by: 'changed', direction: 'ascending', where: ({ changed }) => changed !== null },
      { label: 'Empty', by: 'path', direction: 'ascending', where: isEmpty },
    ],
  },

  async *run({ box, content, settings, cursor, run, report, count }) {
    const { walked, open } = readPlace(cursor);
    const owner = settings.inventoryUser ?? '';

    /** What is below a folder is known when the walk has left it: then it is reported, and counted into the one above. */
    async function close(): Promise<void> {
      const folder = open.pop();
      if (!folder) return;
      const row = rowOf(folder, open);
      await report.add(row);
      count('folders');
      count('files', folder.files);
      count('links', folder.links);
      count('bytes', folder.bytes);
      if (isEmpty(row)) count('empty');
      const above = open.at(-1);
      if (!above) return;
      above.total += folder.total;
      above.changed = latest(above.changed, folder.changed);
    }

    for await (const page of content.owned(box, { owner, facts: ['size', 'modifiedAt'], from: walked })) {
      const { folder, items, foreign, vanished } = page;
      const isSame = open[folder.depth]?.id === folder.id;
      while (open.length > folder.depth + Number(isSame)) await close();
      if (vanished) count('vanished');
      else {
        if (!isSame) open.push(openFolder(folder));
        const at = open.at(-1);
        if (at) for (const item of items) addItem(at, item);
        for (const item of items) if (item.type === 'file') count(ageOf(item, run.scheduledTime).count, item.size ?? 0);
        count('foreign', foreign);
      }
      if (page.cursor !== undefined) yield writePlace({ walked: page.cursor, open });
    }
    while (open.length > 0) await close();
  },

  async summarize({ counts, rows }) {
    const { deepest, biggest } = await overview(rows());
    return { totals: totals(counts, deepest), charts: charts(counts, biggest), notes: notes(counts) };
  },
});

/** A folder that the walk has not left yet. Times are milliseconds since 1970. */
interface OpenFolder {
  readonly id: string;
  /** Empty for the root. */
  readonly name: string;
  folders: number;
  files: number;
  links: number;
  bytes: number;
  oldest: number | null;
  newest: number | null;
  /** With all below it that the walk has left. */
  total: number;
  changed: number | null;
}

/** Where a step ends: the walk's own cursor, and the folders from the root to where it is. */
interface Place {
  readonly walked: string | undefined;
  readonly open: OpenFolder[];
}

const writePlace = (place: Place): string => JSON.stringify(place);

function readPlace(cursor: string | undefined): Place {
  return cursor === undefined ? { walked: undefined, open: [] } : JSON.parse(cursor);
}

function openFolder({ id, path }: OwnedPage['folder']): OpenFolder {
  const nothing = { folders: 0, files: 0, links: 0, bytes: 0, oldest: null, newest: null, total: 0, changed: null };
  return { id, name: path.slice(path.lastIndexOf('/') + 1), ...nothing };
}

function addItem(folder: OpenFolder, { type, size, modifiedAt }: OwnedItem<'size' | 'modifiedAt'>): void {
  if (type === 'folder') folder.folders++;
  else if (type === 'web_link') folder.links++;
  else {
    const modified = modifiedAt === null ? null : Date.parse(modifiedAt);
    folder.files++;
    folder.bytes += size ?? 0;
    folder.total += size ?? 0;
    folder.oldest = modified === null ? folder.oldest : Math.min(folder.oldest ?? modified, modified);
    folder.newest = latest(folder.newest, modified);
    folder.changed = latest(folder.changed, modified);
  }
}

function rowOf({ id, name, oldest, newest, changed, ...sums }: OpenFolder, above: readonly OpenFolder[]): Row<Column> {
  const path = above.length === 0 ? '/' : [...above.map((folder) => folder.name), name].join('/');
  return { ...sums, id, path, depth: above.length, oldest: iso(oldest), newest: iso(newest), changed: iso(changed) };
}

function isEmpty({ files, folders, links }: Row<Column>): boolean {
  return !files && !folders && !links;
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

const dayMs = 86_400_000;

/** Bytes of files by age; `count` is what they are called in the run record. */
const ages = [
  { label: 'Under 1 year', belowDays: 365, count: 'bytesUnder1Year' },
  { label: '1 to 2 years', belowDays: 2 * 365, count: 'bytes1To2Years' },
  { label: '2 to 3 years', belowDays: 3 * 365, count: 'bytes2To3Years' },
  { label: '3 to 5 years', belowDays: 5 * 365, count: 'bytes3To5Years' },
] as const;
const oldestAge = { label: 'Over 5 years', count: 'bytesOver5Years' } as const;

function ageOf({ modifiedAt }: OwnedItem<'modifiedAt'>, asOf: Date): { readonly count: string } {
  const age = modifiedAt === null ? Number.POSITIVE_INFINITY : asOf.getTime() - Date.parse(modifiedAt);
  return ages.find(({ belowDays }) => age < belowDays * dayMs) ?? oldestAge;
}

type Counts = Readonly<Record<string, number>>;

interface TopFolder {
  readonly name: string;
  readonly bytes: number;
}

const biggestShown = 10;

/** What no sum tells: how deep the tree is, and which folders at its top are the biggest. */
async function overview(rows: AsyncIterable<Row<Column>>): Promise<{ readonly deepest: number; readonly biggest: readonly TopFolder[] }> {
  let deepest = 0;
  let biggest: TopFolder[] = [];
  for await (const { path, depth, total } of rows) {
    deepest = Math.max(deepest, Number(depth));
    if (depth !== 1) continue;
    const top = { name: String(path).slice(1), bytes: Number(total) };
    biggest = [...biggest, top].sort((a, b) => b.bytes - a.bytes).slice(0, biggestShown);
  }
  return { deepest, biggest };
}

function totals({ bytes = 0, files = 0, folders = 0, empty = 0, links = 0 }: Counts, deepest: number): Total[] {
  return [
    { label: 'Size', value: bytes, kind: 'bytes' },
    { label: 'Files', value: files, kind: 'count' },
    { label: 'Folders', value: folders, kind: 'count' },
    { label: 'Empty folders', value: empty, kind: 'count' },
    { label: 'Web links', value: links, kind: 'count' },
    { label: 'Deepest level', value: deepest, kind: 'count' },
  ];
}

function charts(counts: Counts, biggest: readonly TopFolder[]): Chart[] {
  const { bytes = 0 } = counts;
  if (bytes === 0) return [];
  const rest = bytes - biggest.reduce((sum, folder) => sum + folder.bytes, 0);
  const byAge = [...ages, oldestAge];
  return [
    {
      title: 'The ten biggest top folders and all else',
      shape: 'doughnut',
      kind: 'bytes',
      labels: [...biggest.map(({ name }) => name), 'All else'],
      values: [...biggest.map((folder) => folder.bytes), rest],
    },
    {
      title: 'Size by time since the last change',
      shape: 'bar',
      kind: 'bytes',
      labels: byAge.map(({ label }) => label),
      values: byAge.map(({ count }) => counts[count] ?? 0),
    },
  ];
}

function notes({ folders = 0, files = 0, foreign = 0, vanished = 0 }: Counts): string[] {
  const said = [
    files === 0 && folders === 1 && 'The user owns no files and no folders.',
    foreign > 0 && `Left out because another user owns them: ${foreign.toLocaleString('en')} items, with all that is in them.`,
    vanished > 0 && `Left out because they were deleted during the walk: ${vanished.toLocaleString('en')} folders.`,
    'Earlier versions of files and the trash are not counted, though they take up storage.',
  ];
  return said.filter((note) => note !== false);
}
