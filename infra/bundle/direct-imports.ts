import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Plugin, PluginBuild } from 'esbuild';

const importList = /import\s*\{([^}]*)\}\s*from\s*["'](@(?:aws-sdk|smithy)\/core[^"']*)["']/g;
const exportList = /export\s*\{([^}]*)\}\s*from\s*["']([^"']+)["']/g;

/**
 * Lets the AWS SDK import from the file that has a thing, not from the file that lists them all. esbuild puts into the core, which every
 * function loads, whatever such a list leads to if any function at all needs it: a tenth of what is compiled at a cold start.
 */
export const directImports: Plugin = {
  name: 'direct-imports',
  setup(build) {
    const lists = new Lists(build);
    build.onLoad({ filter: /node_modules[\\/]@(aws-sdk|smithy)[\\/].*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      let contents = source;
      for (const [statement, names = '', from = ''] of source.matchAll(importList)) {
        const imports = namesIn(names).map(async ({ name, as }) => {
          const origin = await lists.origin(name, from, dirname(path));
          return `import { ${origin.name} as ${as} } from ${JSON.stringify(origin.from)}`;
        });
        contents = contents.replace(statement, (await Promise.all(imports)).join('; '));
      }
      return contents === source ? undefined : { contents, loader: 'js' };
    });
  },
};

interface Origin {
  readonly name: string;
  readonly from: string;
}

/** Files of re-exports, each read once. */
class Lists {
  readonly #build: PluginBuild;
  readonly #origins = new Map<string, Promise<Origin>>();
  readonly #lists = new Map<string, Promise<ReadonlyMap<string, Origin>>>();

  constructor(build: PluginBuild) {
    this.#build = build;
  }

  /** Follows lists until one does not have the name: then it has the thing itself. */
  origin(name: string, from: string, resolveDir: string): Promise<Origin> {
    const key = from.startsWith('.') ? `${name} ${from} ${resolveDir}` : `${name} ${from}`;
    const origin = this.#origins.get(key) ?? this.#follow(name, from, resolveDir);
    this.#origins.set(key, origin);
    return origin;
  }

  async #follow(name: string, from: string, resolveDir: string): Promise<Origin> {
    const { path, namespace } = await this.#build.resolve(from, { resolveDir, kind: 'import-statement' });
    // What has been replaced is not in a file.
    if (namespace !== 'file') return { name, from };
    const list = this.#lists.get(path) ?? readList(path);
    this.#lists.set(path, list);
    const listed = (await list).get(name);
    return listed ? this.origin(listed.name, listed.from, dirname(path)) : { name, from: path };
  }
}

async function readList(path: string): Promise<ReadonlyMap<string, Origin>> {
  const statements = (await readFile(path, 'utf8')).matchAll(exportList);
  const origins = Array.from(statements, ([, names = '', from = '']) =>
    namesIn(names).map(({ name, as }) => [as, { name, from }] as const),
  );
  return new Map(origins.flat());
}

/** `a, b as c` */
function namesIn(list: string): readonly { readonly name: string; readonly as: string }[] {
  const words = list.split(',').map((each) => each.trim().split(/\s+as\s+/));
  return words.flatMap(([name, as = name]) => (name && as ? [{ name, as }] : []));
}
