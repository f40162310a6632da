import type { BuildOptions } from 'esbuild';

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
