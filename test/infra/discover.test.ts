import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { discover } from '../../infra/discover.ts';
import { root } from './stacks.ts';
import { temporaryFolder } from './temporary.ts';

const job = (more = '') => `
import { rate, scheduledJob, serviceAccount } from 'nightporter';
export default scheduledJob({ impact: 'None.', schedule: rate(1, 'hour'), runAs: serviceAccount(), run: async () => undefined, ${more} });`;

/** A repository that holds these job files and resolves `nightporter` to this one. */
function repository(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/nightporter'), 'dir');
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

describe('adding a file adds a job', () => {
  it('in the repository itself', async () => {
    const names = (await discover(root)).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['storage-report', 'grant-check', 'missing-runs']));
  });

  it('by its file name, from both folders, in a fixed order', async () => {
    const folder = repository({
      'functions/system/a-check.ts': job(),
      'functions/scheduled/b.ts': job(),
      'functions/scheduled/a.ts': job(),
    });
    expect((await discover(folder)).map(({ name }) => name)).toEqual(['a', 'b', 'a-check']);
  });

  it('and without any there is none', async () => {
    expect(await discover(repository({}))).toEqual([]);
  });
});

describe('a file that is no job is refused by its name', () => {
  it.each([
    [
      'without a default export',
      { 'functions/scheduled/x.ts': 'export const job = 1;' },
      'Correct functions/scheduled/x.ts: it has no default export',
    ],
    [
      'that exports something else',
      { 'functions/scheduled/x.ts': 'export default { run() {} };' },
      'Correct functions/scheduled/x.ts: its default export must be what scheduledJob',
    ],
    [
      'with an unknown capability',
      { 'functions/scheduled/x.ts': job("uses: ['reports:read' as never]") },
      'Correct functions/scheduled/x.ts: Remove or correct "reports:read": the capabilities are',
    ],
    [
      'with an unknown key',
      { 'functions/scheduled/x.ts': job('retries: 3') },
      'Correct functions/scheduled/x.ts: Remove or correct "retries"',
    ],
    [
      'that throws',
      { 'functions/scheduled/x.ts': "throw new Error('no network here');" },
      'Correct functions/scheduled/x.ts: no network here.',
    ],
    [
      'with a name that no construct can have',
      { 'functions/scheduled/My_Job.ts': job() },
      'Correct functions/scheduled/My_Job.ts: rename it',
    ],
    [
      'with a name that is taken',
      { 'functions/scheduled/x.ts': job(), 'functions/system/x.ts': job() },
      'Correct functions/system/x.ts: rename it, functions/scheduled/x.ts has the same name.',
    ],
  ])('%s', async (_, files, sentence) => {
    const found = discover(repository(files));
    await expect(found).rejects.toThrow(sentence);
    await expect(found).rejects.toMatchObject({ code: 'DECLARATION_INVALID' });
  });
});
