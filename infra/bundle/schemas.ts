import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';
import * as declarations from 'nightporter';

/** What the layer's `nightporter` exports: the vocabulary of job files, but for `z`. */
export const vocabulary = Object.keys(declarations).filter((name) => name !== 'z');

/**
 * Puts the part of `z`, the schema library, that a job uses into its function. Shared by all jobs in the layer nothing of it could be
 * shaken out, and every cold start would load the whole: a third of an empty process, against a twentieth.
 */
export const schemasByUse: Plugin = {
  name: 'schemas-by-use',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => ({ contents: withDirectSchemas(await readFile(path, 'utf8')), loader: 'ts' }));
  },
};

/** esbuild looks through `import * as z`, and not through the `z` that another module makes of it. */
export function withDirectSchemas(source: string): string {
  return source.replace(/import\s*\{([^}]*)\}\s*from\s*'nightporter'/g, (statement, list: string) => {
    const names = list.split(',').map((name) => name.trim());
    if (!names.includes('z')) return statement;
    return `import { ${names.filter((name) => name !== 'z').join(', ')} } from 'nightporter'; import * as z from 'zod/mini'`;
  });
}
