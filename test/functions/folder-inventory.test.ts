import { deserializeItems } from 'box-node-sdk/schemas/items';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import folderInventory from '../../functions/scheduled/folder-inventory.ts';
import { type PlayOptions, play } from './step-job.ts';

interface FolderRow {
  readonly id: string;
  readonly path: string;
  readonly depth: number;
  readonly files: number;
  readonly folders: number;
  readonly links: number;
  readonly bytes: number;
  readonly total: number;
  readonly oldest: string | null;
  readonly newest: string | null;
  readonly changed: string | null;
}

/** An item as Box's API has it. */
type RawItem = {
  readonly type: 'file' | 'folder' | 'web_link';
  readonly id: string;
  readonly name: string;
  readonly size?: number;
  readonly modified_at?: string;
  readonly owned_by: { readonly type: 'user'; readonly id: string };
};
type Tree = Readonly<Record<string, readonly RawItem[]>>;

const owner = { type: 'user', id: '11000001' } as const;
const other = { type: 'user', id: '11000002' } as const;
const inFolder = (id: string, name = `Folder ${id}`): RawItem => ({ type: 'folder', id, name, owned_by: owner });
const file = (id: string, size: number, modified: string): RawItem => ({
  type: 'file',
  id,
  name: `File ${id}`,
  size,
  modified_at: `${modified}T00:00:00-07:00`,
  owned_by: owner,
});

/** Goes through the SDK's own deserializer, as that is what drops the owners of folders. */
function boxOf(tree: Tree, pageSize = 2): object {
  const getFolderItems = async (id: string, { queryParams = {} }: { readonly queryParams?: { readonly marker?: string } } = {}) => {
    const items = tree[id];
    if (!items) throw Object.assign(new Error('not found'), { status: 404 });
    const from = Number(queryParams.marker ?? 0);
    const raw = {
      entries: items.slice(from, from + pageSize),
      ...(from + pageSize < items.length && { next_marker: String(from + pageSize) }),
    };
    return { ...deserializeItems(raw), rawData: raw };
  };
  /** The names above it, as the walk asks for them when it is taken up again. */
  const above = (id: string): readonly { readonly id: string; readonly name: string }[] => {
    const [parent] = Object.entries(tree).find(([, items]) => items.some((item) => item.id === id && item.type === 'folder')) ?? [];
    return parent === undefined ? [] : [...above(parent), { id: parent, name: nameOf(parent) }];
  };
  const nameOf = (id: string) =>
    Object.values(tree)
      .flat()
      .find((item) => item.id === id)?.name ?? 'All Files';
  const getFolderById = async (id: string) => ({ name: nameOf(id), pathCollection: { entries: above(id) } });
  return { folders: { getFolderItems, getFolderById } };
}

async function inventory(managers: object, options: PlayOptions = {}) {
  const played = await play(folderInventory, { managers }, { settings: { inventoryUser: owner.id }, ...options });
  const { totals } = JSON.parse(played.text('manifest.json'));
  return {
    ...played,
    totals: Object.fromEntries(totals.map(({ label, value }: { label: string; value: number }) => [label, value])),
    rows: played.rows as readonly unknown[] as readonly FolderRow[],
    html: played.text('report.html'),
  };
}

const tree: Tree = {
  0: [inFolder('1', 'Finance'), file('a', 10, '2026-10-01'), { ...inFolder('9', 'Shared with me'), owned_by: other }],
  1: [
    inFolder('2', '2020'),
    inFolder('3', '2021'),
    file('b', 100, '2024-05-05'),
    { type: 'web_link', id: 'w', name: 'Link', owned_by: owner },
  ],
  2: [file('c', 1_000, '2020-03-01'), file('d', 2_000, '2020-04-01'), file('e', 3_000, '2019-04-01')],
  3: [],
  9: [file('x', 1e12, '2026-11-01')],
};

describe('the folder inventory', () => {
  test('says of each folder what is in it and what is below it', async () => {
    const { rows, totals } = await inventory(boxOf(tree));
    expect(rows.map(({ path, depth, files, folders, links, bytes, total }) => [path, depth, files, folders, links, bytes, total])).toEqual([
      ['/Finance/2020', 2, 3, 0, 0, 6_000, 6_000],
      ['/Finance/2021', 2, 0, 0, 0, 0, 0],
      ['/Finance', 1, 1, 2, 1, 100, 6_100],
      ['/', 0, 1, 1, 0, 10, 6_110],
    ]);
    expect(totals).toEqual({ Size: 6_110, Files: 5, Folders: 4, 'Empty folders': 1, 'Web links': 1, 'Deepest level': 2 });
  });

  test('says how long each folder has lain unchanged', async () => {
    const { rows } = await inventory(boxOf(tree));
    const times = rows.map(({ path, oldest, newest, changed }) => [
      path,
      oldest?.slice(0, 10),
      newest?.slice(0, 10),
      changed?.slice(0, 10),
    ]);
    expect(times).toEqual([
      ['/Finance/2020', '2019-04-01', '2020-04-01', '2020-04-01'],
      ['/Finance/2021', undefined, undefined, undefined],
      ['/Finance', '2024-05-05', '2024-05-05', '2024-05-05'],
      ['/', '2026-10-01', '2026-10-01', '2026-10-01'],
    ]);
  });

  test('leaves out what another user owns, and says so', async () => {
    const { html, totals } = await inventory(boxOf(tree));
    expect(totals.Size).toBeLessThan(1e12);
    expect(html).toContain('Left out because another user owns them: 1 items');
  });

  test('counts every file once in any tree, in one go or in steps that crash, and the root holds them all', async () => {
    const sizes = fc.array(fc.array(fc.nat({ max: 1e9 }), { maxLength: 5 }), { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.infiniteStream(fc.nat()), async (folders, parents) => {
        const random: Record<string, RawItem[]> = Object.fromEntries(folders.map((_, index) => [index, []]));
        for (const [index, files] of folders.entries()) {
          random[index]?.push(...files.map((size, each) => file(`${index}-${each}`, size, '2026-01-01')));
          if (index > 0) random[(parents.next().value ?? 0) % index]?.push(inFolder(String(index)));
        }
        const { rows, totals, ...whole } = await inventory(boxOf(random));
        const inSteps = await inventory(boxOf(random), { stepLength: 1, crashEvery: 3 });
        expect(inSteps.text('rows.ndjson')).toBe(whole.text('rows.ndjson'));
        expect([inSteps.totals, inSteps.counts]).toEqual([totals, whole.counts]);
        const bytes = folders.flat().reduce((sum, size) => sum + size, 0);
        expect(totals).toMatchObject({ Size: bytes, Files: folders.flat().length, Folders: folders.length });
        expect(rows.at(-1)).toMatchObject({ path: '/', total: bytes });
        expect(rows.reduce((sum, row) => sum + row.bytes, 0)).toBe(bytes);
      }),
      { numRuns: 50 },
    );
  });

  test('ends in a circle of folders, and counts each once', async () => {
    const { rows } = await inventory(
      boxOf({ 0: [inFolder('1')], 1: [inFolder('2'), file('a', 1, '2026-01-01')], 2: [inFolder('1'), inFolder('0')] }),
    );
    expect(rows.map(({ id }) => id)).toEqual(['2', '1', '0']);
  });

  test('goes on when a folder is deleted during the walk, and says so', async () => {
    const { rows, html } = await inventory(boxOf({ 0: [inFolder('1'), inFolder('2')], 2: [file('a', 5, '2026-01-01')] }));
    expect(rows.map(({ id }) => id)).toEqual(['2', '0']);
    expect(html).toContain('Left out because they were deleted during the walk: 1 folders');
  });

  test('of a user who owns nothing says that', async () => {
    const { html, rows } = await inventory(boxOf({ 0: [] }));
    expect(rows).toHaveLength(1);
    expect(html).toContain('The user owns no files and no folders.');
  });
});

describe('an inventory that cannot be whole fails', () => {
  test.each([
    ['when the user cannot be seen at all', boxOf({}), { status: 404 }],
    ['when Box repeats a marker', repeating(), { code: 'BOX_PAGE_REPEATED' }],
  ])('%s', async (_, managers, expected) => {
    await expect(inventory(managers)).rejects.toMatchObject(expected);
  });
});

function repeating(): object {
  const getFolderItems = async () => ({ nextMarker: 'again', rawData: { entries: [] } });
  return { folders: { getFolderItems } };
}
