import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { build } from 'esbuild';
import { filesEnding } from './files-ending.ts';

/** Names of the packages that compiled code and its types import. */
export async function importedPackages(folder: string): Promise<ReadonlySet<string>> {
  const entryPoints = [...(await filesEnding(folder, '.js'))];
  const options = {
    entryPoints,
    bundle: true,
    write: false,
    metafile: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  } as const;
  const { metafile } = await build({ ...options, outdir: folder, logLevel: 'silent' });
  const byCode = Object.values(metafile.outputs).flatMap(({ imports }) =>
    imports.filter(({ external }) => external).map(({ path }) => path),
  );
  const types = await Promise.all((await filesEnding(folder, '.d.ts')).map((file) => readFile(file, 'utf8')));
  const byTypes = types.flatMap((text) => [...text.matchAll(/(?:from|import\()\s*['"]([^.'"][^'"]*)['"]/g)].map(([, name = '']) => name));
  return new Set([...byCode, ...byTypes].filter((path) => !isBuiltin(path)).map(packageOf));
}

function packageOf(path: string): string {
  return path.split('/', path.startsWith('@') ? 2 : 1).join('/');
}
