import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Loader, Plugin } from 'esbuild';
import * as declarations from 'nightporter';
import { sources } from './sources.ts';

/** What the layer's `nightporter` exports: the vocabulary of job files, but for `z`. */
export const vocabulary = Object.keys(declarations).filter((name) => name !== 'z');

/**
 * Puts the part of `z`, the schema library, that a job uses into its function. Shared by all jobs in the layer nothing of it could be
 * shaken out, and every cold start would load the whole: a third of an empty process, against a twentieth.
 */
export const schemasByUse: Plugin = {
  name: 'schemas-by-use',
  setup({ onLoad, onResolve, resolve }) {
    onLoad({ filter: /\.[jt]s$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const direct = withDirectSchemas(source);
      return direct === source ? undefined : { contents: direct, loader: extname(path).slice(1) as Loader };
    });
    // Ours, and not what an app may have of it: the layer checks with this version.
    onResolve({ filter: /^nightporter-schemas$/ }, () => resolve('zod/mini', { resolveDir: sources, kind: 'import-statement' }));
  },
};

/** esbuild looks through `import * as z`, and not through the `z` that another module makes of it. */
export function withDirectSchemas(source: string): string {
  return source.replace(/import\s*\{([^}]*)\}\s*from\s*['"]nightporter['"]/g, (statement, list: string) => {
    const names = list.split(',').map((name) => name.trim());
    const schemas = names.find((name) => /^z(\s+as\s|$)/.test(name));
    if (schemas === undefined) return statement;
    const others = names.filter((name) => name !== schemas).join(', ');
    return `import { ${others} } from 'nightporter'; import * as ${schemas.split(/\s+/).at(-1)} from 'nightporter-schemas'`;
  });
}
