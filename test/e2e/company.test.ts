import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../infra/context.ts';
import { synthesize } from '../sandbox/start/synthesize.ts';
import { commit, copyTo, git } from './repository.ts';

const clone = mkdtempSync(join(tmpdir(), 'nightporter-company-'));

/** As somebody does it in an editor: lines of cdk.json, whatever else the file holds. */
function edit(edits: readonly (readonly [RegExp, string])[]): void {
  const file = join(clone, 'cdk.json');
  const text = edits.reduce(
    (before, [place, lines]) => {
      expect(before).toMatch(place);
      return before.replace(place, lines);
    },
    readFileSync(file, 'utf8'),
  );
  JSON.parse(text);
  writeFileSync(file, text);
}

function commitJob(branch: string, name: string): void {
  const job = readFileSync(join(root, 'test/example/functions/scheduled/empty-accounts.ts'), 'utf8');
  writeFileSync(join(clone, `functions/scheduled/${name}.ts`), job);
  commit(clone, branch);
}

beforeAll(() => {
  copyTo(clone, ['.gitignore', 'README.md', 'cdk.json', 'functions', 'infra', 'lib', 'package.json', 'test', 'tsconfig.json']);
  // Ignored as a folder only.
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'), 'junction');
  git(clone, 'init', '--quiet', '--initial-branch', 'main');
  writeFileSync(join(clone, '.git/info/exclude'), 'node_modules\n');
  commit(clone, 'release');
  git(clone, 'checkout', '--quiet', '-b', 'upstream');
  edit([
    [/("@aws-cdk\/core:enablePartitionLiterals": true,\n)/, '$1    "@aws-cdk/core:somethingNew": true,\n'],
    [/("sandbox": \{\n)/, '$1        "reportRetentionDays": 30,\n'],
  ]);
  commitJob('upstream', 'licence-check');
  git(clone, 'checkout', '--quiet', 'main');
  edit([
    [
      /("dev": \{\n)([\s\S]*?"jobs": \{\n)/,
      '$1        "notify": "porter@example.com",\n        "region": "eu-west-1",\n$2          "empty-accounts": true,\n          "inactive-users": true,\n',
    ],
    [/( {6}"production": \{\n)/, '      "office": {\n        "jobs": { "empty-accounts": true }\n      },\n$1'],
  ]);
  commitJob('company', 'empty-accounts');
}, 60_000);
afterAll(() => rmSync(clone, { recursive: true, force: true }));

describe('a company that has jobs, a stage and settings of its own', { timeout: 120_000 }, () => {
  it('merges an upgrade without a conflict, and its stages are made', async () => {
    git(clone, 'merge', '--quiet', '--no-edit', 'upstream');
    const { context } = JSON.parse(readFileSync(join(clone, 'cdk.json'), 'utf8'));
    expect(context).toMatchObject({ '@aws-cdk/core:somethingNew': true, stages: { sandbox: { reportRetentionDays: 30 } } });
    expect(context.stages.dev).toMatchObject({ notify: 'porter@example.com', jobs: { 'inactive-users': true } });
    const output = join(clone, 'cdk.out');
    await synthesize(clone, output, new AbortController().signal, 'office', clone);
    expect(readFileSync(join(output, 'Nightporter-office-Jobs.template.json'), 'utf8')).toContain('EmptyAccounts');
  });

  it('passes the tests that come with the upgrade', () => {
    const about = ['costs', 'foundation-stack'].map((name) => `test/infra/${name}.test.ts`);
    const words = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'test/vitest.config.ts', '--project', 'unit', ...about];
    const printed = execFileSync(process.execPath, words, { cwd: clone, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
    expect(printed).toMatch(/Test Files +2 passed/);
  });
});
