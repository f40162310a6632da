import { readdir } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, join, relative } from 'node:path';
import type { Plugin } from 'esbuild';
import { managers } from './managers.ts';
import { vocabulary } from './schemas.ts';

/** Files of `lib/entry` that functions import. */
export interface WaysIn {
  /** What they need is loaded by every function. */
  readonly common: readonly string[];
  /** What these need besides stands apart: a scheduled job's cold start does not pay for it. */
  readonly rare: readonly string[];
}

export interface LayerEntriesOptions {
  readonly root: string;
  readonly waysIn: WaysIn;
}

export interface LayerEntries {
  readonly entryPoints: Readonly<Record<string, string>>;
  readonly plugin: Plugin;
}

/** What the package `nightporter` offers by name: its vocabulary, ways in, capabilities, and each manager of the SDK by itself. */
export async function layerEntries(options: LayerEntriesOptions): Promise<LayerEntries> {
  const sources = await sourcesOf(options);
  const names = Array.from(sources.keys(), (name) => [name, `layer-entry:${name}`]);
  return { entryPoints: Object.fromEntries(names), plugin: entryPlugin(options, sources) };
}

/** Name of each entry to what it exports. */
async function sourcesOf({ root, waysIn }: LayerEntriesOptions): Promise<ReadonlyMap<string, string>> {
  const capabilities = await readdir(join(root, 'lib/session/capability'));
  return new Map([
    ['index', `export { ${vocabulary.join(', ')} } from './lib/declare/index.ts';`],
    ...[...waysIn.common, ...waysIn.rare].map((name): [string, string] => [`entry/${name}`, `export * from './lib/entry/${name}.ts';`]),
    ...capabilities.map((file): [string, string] => [
      `capability/${basename(file, '.ts')}`,
      `export * from './lib/session/capability/${file}';`,
    ]),
    ...Array.from(managers(), ([field, { className, module }]): [string, string] => [
      `box/${field}`,
      `export { ${className} } from '${module}';`,
    ]),
  ]);
}

/** What every manager of the SDK, or every other one, imports: files of their own would be opened by nearly every function. */
const sharedByManagers = ['box-node-sdk/networking/fetchOptions', 'box-node-sdk/schemas/userMini'];

/**
 * Lets every entry import the common ways in: each function loads those anyway, so all that they need becomes one chunk. Otherwise esbuild makes a
 * chunk for each set of entries that share a module, and each file that Node opens costs half a millisecond of every cold start.
 */
function entryPlugin({ root, waysIn }: LayerEntriesOptions, sources: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'layer-entries',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^layer-entry:/ }, ({ path }) => {
        const pluginData = { source: sources.get(path.slice('layer-entry:'.length)), resolveDir: root };
        return { path, namespace: 'layer-entry', pluginData };
      });
      // In esbuild's eyes what is imported on a condition is an entry too.
      onResolve({ filter: /./ }, ({ path, kind, resolveDir }) => {
        if (kind !== 'dynamic-import' || isBuiltin(path)) return undefined;
        const pluginData = { source: `export * from '${path}';`, resolveDir };
        return { path: `${relative(root, resolveDir)}:${path}`, namespace: 'layer-entry', pluginData };
      });
      onResolve({ filter: /^layer-core$/ }, ({ path }) => ({ path, namespace: 'layer-core' }));
      onLoad({ filter: /./, namespace: 'layer-entry' }, ({ pluginData: { source, resolveDir } }) => ({
        contents: `import 'layer-core'; ${source}`,
        resolveDir,
        loader: 'js',
      }));
      onLoad({ filter: /./, namespace: 'layer-core' }, () => ({
        contents: [...waysIn.common.map((name) => `./lib/entry/${name}.ts`), ...sharedByManagers]
          .map((path) => `export * from '${path}';`)
          .join('\n'),
        resolveDir: root,
        loader: 'js',
      }));
    },
  };
}
