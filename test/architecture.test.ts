import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const files = globSync('{infra,functions,lib}/**/*.ts', { cwd: root });

interface Import {
  readonly from: string;
  readonly to: string;
  /** Erased before it runs. */
  readonly typeOnly: boolean;
}

/** Imports and re-exports, static and dynamic; relative ones as paths from the root. */
const imports: readonly Import[] = files.flatMap((from) => {
  const source = readFileSync(join(root, from), 'utf8');
  const found = source.matchAll(/(?:import|export)\s+(type\s+)?[^'";()]*?from\s+'([^']+)'|import\(\s*'([^']+)'|^import\s+'([^']+)'/gm);
  return [...found].map(([statement, type, named, dynamic, bare]) => {
    const target = named ?? dynamic ?? bare ?? '';
    const allTypes = /\{([^}]*)\}/
      .exec(statement)?.[1]
      ?.split(',')
      .filter((name) => name.trim())
      .every((name) => name.trim().startsWith('type '));
    return {
      from,
      to: target.startsWith('.') ? normalize(join(dirname(from), target)) : target,
      typeOnly: type !== undefined || allTypes === true,
    };
  });
});

const byValue = imports.filter(({ typeOnly }) => !typeOnly);

/** Floors of lib/, lowest first; an arrow may point to the same floor's own folder and to every floor below. */
const floors: readonly (readonly string[])[] = [
  ['errors.ts', 'env.ts'],
  ['declare', 'http', 'observe', 'sink'],
  ['token'],
  ['box', 'webhook'],
  ['run', 'session'],
  ['entry'],
];

const folderOf = (path: string): string => path.split('/')[1] ?? '';
const floorOf = (path: string): number => floors.findIndex((floor) => floor.includes(folderOf(path)));

describe('arrows point down', () => {
  it('reads the imports of every file', () => {
    expect(imports.length).toBeGreaterThan(files.length);
    // The bundler writes import statements of its own, with names still to be filled in.
    const written = imports.filter(({ to }) => to.endsWith('.ts') && !to.includes('${'));
    expect(written.filter(({ to }) => !existsSync(join(root, to)))).toEqual([]);
  });

  it('within lib/', () => {
    const inLib = byValue.filter(({ from, to }) => from.startsWith('lib/') && to.startsWith('lib/'));
    expect(inLib.filter(({ from }) => floorOf(from) < 0)).toEqual([]);
    expect(inLib.filter(({ from, to }) => floorOf(to) > floorOf(from))).toEqual([]);
  });

  it('from lib/ to nothing above it', () => {
    expect(imports.filter(({ from, to }) => from.startsWith('lib/') && /^(infra|functions|test)\//.test(to))).toEqual([]);
  });

  it('from functions/ by value to "nightporter" alone', () => {
    const own = (to: string) => !to.startsWith('nightporter') && (to.startsWith('.') || /^(infra|lib|test|functions)\//.test(to));
    expect(byValue.filter(({ from, to }) => from.startsWith('functions/') && (own(to) || to.startsWith('nightporter/')))).toEqual([]);
  });

  it('from infra/ to the declarations, never to the runtime', () => {
    const allowed = /^lib\/(declare\/|env\.ts|errors\.ts)/;
    const wrong = byValue.filter(
      ({ from, to }) => from.startsWith('infra/') && !from.startsWith('infra/cli/') && to.startsWith('lib/') && !allowed.test(to),
    );
    expect(wrong).toEqual([]);
    expect(imports.filter(({ from, to }) => !from.startsWith('infra/cli/') && to.startsWith('infra/cli/'))).toEqual([]);
  });

  it('in no circle', () => {
    const edges = Map.groupBy(byValue, ({ from }) => from);
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) throw new Error(`circle: ${[...path.slice(path.indexOf(file)), file].join(' > ')}`);
      if (done.has(file)) return;
      for (const { to } of edges.get(file) ?? []) if (to.endsWith('.ts')) visit(to, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
  });

  it('from the sandbox to nothing of ours: it tests what will be deployed', () => {
    const sandbox = globSync('test/sandbox/{aws,box}/**/*.ts', { cwd: root });
    const wrong = sandbox.filter((file) =>
      /from '(\.\.\/)+(infra|lib|functions)\/|from 'nightporter/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(wrong).toEqual([]);
  });
});

const installed = (path: string): boolean => path.includes('node_modules');

describe('the tree', () => {
  it('has no drawers', () => {
    const drawers = globSync('{infra,functions,lib,test}/**/{utils,helpers,common,types,shared,misc}{,.ts}', {
      cwd: root,
      exclude: installed,
    });
    expect(drawers.filter((path) => path !== 'test/types')).toEqual([]);
  });

  it('has files of two screens at most', () => {
    const lines = (file: string): number => readFileSync(join(root, file), 'utf8').split('\n').length;
    // A job is one file, however much it has to say in its report, and one that changes things holds both halves.
    expect(files.filter((file) => lines(file) > (file.startsWith('functions/') ? 290 : 200))).toEqual([]);
    expect(globSync('test/**/*.ts', { cwd: root, exclude: installed }).filter((file) => lines(file) > 320)).toEqual([]);
  });
});

describe('every function file', () => {
  it.each(globSync('functions/**/*.ts', { cwd: root }))('%s loads in an empty environment and declares what its folder is for', (file) => {
    const kind = file.startsWith('functions/webhooks/') ? 'webhook' : 'scheduledJob';
    const program = `const { default: it } = await import('./${file}'); if (it?.kind !== '${kind}') process.exit(3);`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: root,
      env: {},
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});
