import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { awsSdkReplacements } from './aws-sdk.ts';
import { boxSdkReplacements } from './box-sdk.ts';
import { builtins } from './builtins.ts';
import { managers } from './managers.ts';
import { bundlePage } from './page.ts';
import { type Replacement, replace } from './replacement.ts';
import { zodReplacements } from './zod.ts';

export interface LayerOptions {
  /** The repository: `lib/` and `node_modules/` are taken from here. */
  readonly root: string;
  /** Emptied, then holds the layer's content: `nodejs/node_modules/nightporter/`. */
  readonly outDir: string;
  readonly replacements?: readonly Replacement[];
}

export const layerPackage = 'nodejs/node_modules/nightporter';

/** What is the same for layer and functions. */
export const moduleOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  // Many packages have a CommonJS build as `main`, which can't be tree-shaken.
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'silent',
} satisfies BuildOptions;

/**
 * Builds the package `nightporter` as functions see it in Lambda: our code, the managers of the official SDK and the AWS clients, inlined,
 * so that they can't shadow anything and their versions are ours. Shared code stands in chunks: an error class must exist only once.
 */
export async function bundleLayer({ root, outDir, replacements }: LayerOptions): Promise<Metafile> {
  const target = join(outDir, layerPackage);
  await rm(outDir, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const { metafile } = await build({
    ...moduleOptions,
    absWorkingDir: root,
    outdir: target,
    splitting: true,
    chunkNames: 'chunk/[hash]',
    entryPoints: await entryPoints(root),
    plugins: [
      managerEntries(root),
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

async function entryPoints(root: string): Promise<Record<string, string>> {
  const entries = await filesOf(root, 'lib/entry', 'entry');
  const capabilities = await filesOf(root, 'lib/session/capability', 'capability');
  const boxes = Array.from(managers(root).keys(), (field) => [`box/${field}`, `box-manager:${field}`]);
  return { index: './lib/declare/index.ts', ...entries, ...capabilities, ...Object.fromEntries(boxes) };
}

async function filesOf(root: string, folder: string, as: string): Promise<Record<string, string>> {
  if (!existsSync(join(root, folder))) return {};
  const files = (await readdir(join(root, folder), { withFileTypes: true })).filter(
    (entry) => entry.isFile() && entry.name.endsWith('.ts'),
  );
  return Object.fromEntries(files.map(({ name }) => [`${as}/${basename(name, '.ts')}`, `./${folder}/${name}`]));
}

/** One entry per manager: a function loads those that its job names and no other. */
function managerEntries(root: string): Plugin {
  const known = managers(root);
  return {
    name: 'manager-entries',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^box-manager:/ }, ({ path }) => ({ path: path.slice('box-manager:'.length), namespace: 'box-manager' }));
      onLoad({ filter: /./, namespace: 'box-manager' }, ({ path }) => {
        const manager = known.get(path);
        if (!manager) return { errors: [{ text: `box-node-sdk has no manager "${path}".` }] };
        return { contents: `export { ${manager.className} } from '${manager.module}';`, resolveDir: root, loader: 'js' };
      });
    },
  };
}
