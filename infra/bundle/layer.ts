import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { awsSdkReplacements } from './aws-sdk.ts';
import { boxSdkReplacements } from './box-sdk.ts';
import { builtins } from './builtins.ts';
import { directImports } from './direct-imports.ts';
import { durableSdkReplacements } from './durable-sdk.ts';
import { layerEntries, type WaysIn } from './layer-entries.ts';
import { moduleOptions } from './module-options.ts';
import { bundlePage } from './page.ts';
import { type Replacement, replace } from './replacement.ts';

export interface LayerOptions {
  /** Holds `lib/`, and what it imports can be resolved from there. */
  readonly root: string;
  /** Emptied, then holds the layer's content: `nodejs/node_modules/nightporter/`. */
  readonly outDir: string;
  /** Those of the product if left out. */
  readonly waysIn?: WaysIn;
  readonly replacements?: readonly Replacement[];
}

const products: WaysIn = { common: ['scheduled'], rare: ['deliver', 'reconcile', 'coordinator', 'shard'] };

export const layerPackage = 'nodejs/node_modules/nightporter';

/**
 * Builds the package `nightporter` as functions see it in Lambda: our code, the managers of the official SDK and the AWS clients, inlined,
 * so that they can't shadow anything and their versions are ours. Shared code stands in chunks: an error class must exist only once.
 * @returns what came from where
 */
export async function bundleLayer({ root, outDir, waysIn = products, replacements }: LayerOptions): Promise<Metafile> {
  const target = join(outDir, layerPackage);
  await rm(outDir, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const { entryPoints, plugin } = await layerEntries({ root, waysIn });
  const { metafile } = await build({
    ...moduleOptions,
    absWorkingDir: root,
    outdir: target,
    splitting: true,
    chunkNames: 'chunk/[hash]',
    entryPoints,
    plugins: [plugin, replace('replaced parts of packages', replacements ?? replacementsFor(waysIn)), directImports, builtins],
  });
  const page = await bundlePage(root, join(target, 'page'));
  await writeFile(join(target, 'package.json'), `${JSON.stringify(packageJson)}\n`);
  return { inputs: { ...metafile.inputs, ...page.inputs }, outputs: { ...metafile.outputs, ...page.outputs } };
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

/** What is replaced must be there: the durable SDK is part of the layer only where a way in needs it. */
function replacementsFor({ rare }: WaysIn): readonly Replacement[] {
  return [...boxSdkReplacements, ...awsSdkReplacements, ...(rare.includes('coordinator') ? durableSdkReplacements : [])];
}
