import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSandbox, type Sandbox, type SandboxOptions } from '../sandbox/sandbox.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';

const user = '11000001';

let assembly: StageAssembly;
beforeAll(async () => {
  assembly = await stageWith({ settings: { inventoryUser: user }, jobs: { 'folder-inventory': true } });
});
afterAll(() => assembly[Symbol.asyncDispose]());

async function open(box: NonNullable<SandboxOptions['box']>): Promise<Sandbox> {
  const sandbox = await openSandbox({ assembly: assembly.folder, box, aws: { now: Date.now, skipsWaits: true } });
  await sandbox.putSecret();
  return sandbox;
}

/** The report of the run has a row for each folder that the simulated Box has, and their sums. */
async function expectWhole(sandbox: Sandbox): Promise<void> {
  const key = (await sandbox.reportKeys('reports/folder-inventory/')).find((name) => name.endsWith('rows.ndjson')) ?? '';
  const lines = Buffer.from(await sandbox.readReport(key))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  const rows = lines.map((line): Record<string, number> => JSON.parse(line));
  const sum = (column: string) => rows.reduce((total, row) => total + (row[column] ?? 0), 0);

  const { folders, files, webLinks, bytes } = sandbox.box.enterprise.contentTotals(user);
  // The root folder has a row of its own and is nobody's subfolder.
  expect(rows).toHaveLength(folders + 1);
  expect(sum('folders')).toBe(folders);
  expect(sum('files')).toBe(files);
  expect(sum('links')).toBe(webLinks);
  expect(sum('bytes')).toBe(bytes);
  expect(Math.max(...rows.map(({ total = 0 }) => total))).toBe(bytes);
}

const callsOf = ({ box }: Sandbox) => box.journal.entries.filter(({ path }) => path.startsWith('/2.0/'));

describe('the folder inventory of a night', () => {
  it("has the sums of what the user owns, and is read with that user's token", async () => {
    await using sandbox = await open({ users: 20, seed: 3 });
    expect((await sandbox.run('folder-inventory')).outcome).toBe('response');
    await expectWhole(sandbox);
    expect([...new Set(callsOf(sandbox).map(({ subject }) => subject))]).toEqual([user]);
  });

  it('takes as long as it takes: folders for more than a minute of Box’s limit, and the death of the process in between', {
    timeout: 120_000,
  }, async () => {
    let [seen, killed] = [0, 0];
    await using sandbox: Sandbox = await open({
      users: 20,
      contentFolders: 1_050,
      onExchange: () => {
        if (++seen === 200) void sandbox.aws.kill(sandbox.shardsOf('folder-inventory')).then((count) => (killed += count));
      },
    });
    expect((await sandbox.run('folder-inventory')).outcome).toBe('response');
    await expectWhole(sandbox);
    const calls = callsOf(sandbox);
    expect(killed).toBe(1);
    expect((calls.at(-1)?.at ?? 0) - (calls[0]?.at ?? 0)).toBeGreaterThan(60_000);
  });
});
