import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { awsSdkReplacements } from './aws-sdk.ts';
import { boxSdkReplacements } from './box-sdk.ts';
import { builtins } from './builtins.ts';
import { managers } from './managers.ts';
import { moduleOptions } from './module-options.ts';
import { bundlePage } from './page.ts';
import { type Replacement, replace } from './replacement.ts';
import { vocabulary } from './schemas.ts';
import { zodReplacements } from './zod.ts';

export interface LayerOptions {
  /** The repository: `lib/` and `node_modules/` are taken from here. */
  readonly root: string;
  /** Emptied, then holds the layer's content: `nodejs/node_modules/nightporter/`. */
  readonly outDir: string;
  readonly replacements?: readonly Replacement[];
}

export const layerPackage = 'nodejs/node_modules/nightporter';

/**
 * Builds the package `nightporter` as functions see it in Lambda: our code, the managers of the official SDK and the AWS clients, inlined,
 * so that they can't shadow anything and their versions are ours. Shared code stands in chunks: an error class must exist only once.
 */
export async function bundleLayer({ root, outDir, replacements }: LayerOptions): Promise<Metafile> {
  const target = join(outDir, layerPackage);
  await rm(outDir, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const known = await entries(root);
  const { metafile } = await build({
    ...moduleOptions,
    absWorkingDir: root,
    outdir: target,
    splitting: true,
    chunkNames: 'chunk/[hash]',
    entryPoints: Object.fromEntries(Array.from(known.keys(), (name) => [name, `layer-entry:${name}`])),
    plugins: [
      layerEntries(root, known),
      replace('replaced parts of packages', replacements ?? [...boxSdkReplacements, ...awsSdkReplacements, ...zodReplacements]),
      builtins,
    ],
  });
  await bundlePage(root, join(target, 'page'));
  await writeFile(join(target, 'package.json'), `${JSON.stringify(packageJson)}\n`);
  return metafile;
}

const packageJson = {
  name: 'nightporter',
  type: 'module',
  exports: {
    '.': './index.mjs',
    './entry/*': './entry/*.mjs',
    './capability/*': './capability/*.mjs',
    './box/*': './box/*.mjs',
    './package.json': './package.json',
  },
};

/** Ways in: what a function's entry imports to run its job. */
const waysIn = ['scheduled'];

/**
 * What every entry imports: every function loads that anyway, so it becomes one chunk. Otherwise esbuild makes a chunk for each set of
 * entries that share a module, and each file that Node opens costs half a millisecond.
 */
const core = waysIn.map((name) => `import './lib/entry/${name}.ts';`).join(' ');

/** Name of each entry to what it exports. */
async function entries(root: string): Promise<ReadonlyMap<string, string>> {
  const capabilities = await readdir(join(root, 'lib/session/capability'));
  return new Map([
    ['index', `${core} export { ${vocabulary.join(', ')} } from './lib/declare/index.ts';`],
    ...waysIn.map((name) => [`entry/${name}`, `${core} export * from './lib/entry/${name}.ts';`] as const),
    ...capabilities.map(
      (file) => [`capability/${basename(file, '.ts')}`, `${core} export * from './lib/session/capability/${file}';`] as const,
    ),
    ...Array.from(
      managers(root),
      ([field, { className, module }]) => [`box/${field}`, `${core} export { ${className} } from '${module}';`] as const,
    ),
  ]);
}

function layerEntries(root: string, contents: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'layer-entries',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^layer-entry:/ }, ({ path }) => ({ path: path.slice('layer-entry:'.length), namespace: 'layer-entry' }));
      // A module that is loaded on a condition is an entry too, in esbuild's eyes.
      onResolve({ filter: /^\.{1,2}\// }, ({ path, kind, resolveDir }) => {
        if (kind !== 'dynamic-import' || !resolveDir.startsWith(join(root, 'lib'))) return undefined;
        return { path: relative(root, join(resolveDir, path)).replaceAll('\\', '/'), namespace: 'layer-entry' };
      });
      onLoad({ filter: /./, namespace: 'layer-entry' }, ({ path }) => ({
        contents: contents.get(path) ?? `${core} export * from './${path}';`,
        resolveDir: root,
        loader: 'js',
      }));
    },
  };
}
