import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { peersFolder } from '../peers-folder.ts';

/** Bundles the peers' handlers as their users do; each becomes `<outDir>/<name>/index.mjs`. */
export async function buildPeers(outDir: string): Promise<void> {
  const handlers = globSync('*.mjs', { cwd: peersFolder }).map((file) => [`${basename(file, '.mjs')}/index`, join(peersFolder, file)]);
  await build({
    entryPoints: Object.fromEntries(handlers),
    outdir: outDir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    // CommonJS inside of an ES module: what every tutorial on esbuild and Lambda adds.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    legalComments: 'none',
    logLevel: 'error',
  });
}
