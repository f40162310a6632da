import { describe, expect, inject, it } from 'vitest';
import { openSandbox } from '../sandbox/sandbox.ts';

describe('the folder inventory of a night', () => {
  it("has the sums of what the user owns, and is read with that user's token", async () => {
    await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 20, seed: 3 } });
    await sandbox.putSecret();
    expect((await sandbox.run('folder-inventory')).outcome).toBe('response');
    const key = (await sandbox.reportKeys('reports/folder-inventory/')).find((name) => name.endsWith('rows.ndjson')) ?? '';
    const lines = Buffer.from(await sandbox.readReport(key))
      .toString('utf8')
      .trimEnd()
      .split('\n');
    const rows = lines.map((line): Record<string, number> => JSON.parse(line));
    const sum = (column: string) => rows.reduce((total, row) => total + (row[column] ?? 0), 0);

    const { folders, files, webLinks, bytes } = sandbox.box.enterprise.contentTotals('11000001');
    // The root folder has a row of its own and is nobody's subfolder.
    expect(rows).toHaveLength(folders + 1);
    expect(sum('folders')).toBe(folders);
    expect(sum('files')).toBe(files);
    expect(sum('links')).toBe(webLinks);
    expect(sum('bytes')).toBe(bytes);
    expect(Math.max(...rows.map(({ total = 0 }) => total))).toBe(bytes);

    const subjects = new Set(sandbox.box.journal.entries.map(({ subject }) => subject));
    expect([...subjects]).toEqual(['11000001']);
  });
});
