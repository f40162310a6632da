import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const isCheckout = existsSync(join(root, '.git'));
const listed = isCheckout ? execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trimEnd().split('\n') : [];
/** What is deleted and not yet committed is as good as gone. */
const tracked = listed.filter((path) => existsSync(join(root, path)));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe.skipIf(!isCheckout)(`the repository${isCheckout ? '' : ' (skipped: this is no git checkout)'}`, () => {
  it('has these entries at its top and no others', () => {
    const top = [...new Set(tracked.map((path) => path.split('/')[0] ?? ''))].filter((name) => !name.startsWith('.'));
    const files = [
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'cdk.json',
      'package-lock.json',
      'package.json',
      'tsconfig.json',
    ];
    expect(top.sort()).toEqual([...files, 'functions', 'infra', 'lib', 'test'].sort());
  });

  it('has lockfiles without addresses: a company installs from its own registry', () => {
    const lockfiles = tracked.filter((path) => path.endsWith('package-lock.json'));
    expect(lockfiles.length).toBeGreaterThan(0);
    expect(lockfiles.filter((path) => /"resolved": "https?:/.test(read(path)))).toEqual([]);
  });

  it('holds no key, no certificate and no copy of the API description', () => {
    expect(tracked.filter((path) => /\.(pem|key|crt|p12)$|openapi/.test(path))).toEqual([]);
    const text = tracked.filter((path) => /\.(ts|json|md|yml|css)$/.test(path));
    expect(text.filter((path) => /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(read(path)))).toEqual([]);
  });

  it('runs other people’s actions in workflows by commit only, and says what each workflow may do', () => {
    const workflows = tracked.filter((path) => path.startsWith('.github/workflows/'));
    expect(workflows.length).toBeGreaterThan(0);
    for (const path of workflows) {
      const used = [...read(path).matchAll(/uses: (.*)/g)].map(([, action = '']) => action);
      expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d/.test(action))).toEqual([]);
      expect(read(path)).toMatch(/^permissions:/m);
    }
  });

  it('leaves no test switched off, and nothing to be done later', () => {
    const word = new RegExp(
      `\\b(${['TO', 'FIX', 'XX'].map((start, index) => start + ['DO', 'ME', 'X'][index]).join('|')})\\b|\\.(only|todo)\\(`,
    );
    expect(tracked.filter((path) => path.endsWith('.ts') && word.test(read(path)))).toEqual([]);
  });
});

describe('the README', () => {
  it('shows the two commands that set everything up', () => {
    expect(read('README.md')).toContain('npm ci && npm start');
    expect(read('README.md')).toContain('npm ci && npm test');
  });

  it('names only scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read('README.md').matchAll(/npm (?:run )?(start|test|check|synth|deploy|bench|[a-z-]+)\b/g)].map(
      ([, name = '']) => name,
    );
    expect(named.filter((name) => !['ci', 'install', 'run'].includes(name) && !(name in scripts))).toEqual([]);
  });

  it('shows an app of one’s own: the one in test/example', () => {
    expect(read('README.md')).toContain(read('test/example/app.ts'));
  });

  it('shows a job that compiles: the one in test/types', () => {
    const shown = /```ts\n(import [\s\S]*?)```/.exec(read('README.md'))?.[1] ?? '';
    const code = (text: string): string =>
      text
        .replace(/\s*\/\/.*$/gm, '')
        .replace(/\s+/g, ' ')
        .trim();
    expect(code(read('test/types/readme-job.ts'))).toBe(code(shown));
  });
});
