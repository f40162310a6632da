import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Plugin, PluginBuild } from 'esbuild';

/** One part of a package that the layer does not take as it comes. */
export type Replacement = ImportReplacement | FileReplacement | FileRewrite;

interface Part {
  /** Why, for the reader of the build. */
  readonly reason: string;
}

interface ImportReplacement extends Part {
  /** A bare import, such as `node-fetch`. */
  readonly module: string;
  /** ES module that takes its place. It must export every name that is still imported: esbuild refuses the build otherwise. */
  readonly contents: string;
}

interface FileReplacement extends Part {
  /** A file inside a package, such as `box-node-sdk/lib-esm/networking/boxNetworkClient.js`. */
  readonly file: string;
  /** The first 12 digits of the SHA-256 of the original that was read when the replacement was written. */
  readonly sha256: string;
  readonly contents: string;
}

interface FileRewrite extends Part {
  readonly file: string;
  /** Must change something, whatever version of the file it is given. */
  readonly rewrite: (original: string) => string;
}

const namespace = 'replacement';

/**
 * Replaces parts of packages, and fails the build when a package has changed shape: when a replaced file is not the one that was read,
 * or when something that is replaced is not imported any more.
 * @param areAllUsed whether the build is to use all of them
 */
export function replace(name: string, replacements: readonly Replacement[], areAllUsed = true): Plugin {
  return {
    name,
    setup(build) {
      const used = new Set<Replacement>();
      for (const replacement of replacements) {
        if ('file' in replacement) replaceFile(build, replacement, used);
        else replaceImport(build, replacement, used);
      }
      build.onLoad({ filter: /./, namespace }, ({ pluginData }) => ({ ...pluginData, loader: 'js' }));
      if (areAllUsed) build.onEnd(() => ({ errors: replacements.filter((each) => !used.has(each)).map(unused) }));
    },
  };
}

function replaceImport(build: PluginBuild, replacement: ImportReplacement, used: Set<Replacement>): void {
  const { module, contents } = replacement;
  build.onResolve({ filter: new RegExp(`^${literal(module)}$`) }, ({ resolveDir }) => {
    used.add(replacement);
    return { path: module, namespace, pluginData: { contents, resolveDir } };
  });
}

function replaceFile(build: PluginBuild, replacement: FileReplacement | FileRewrite, used: Set<Replacement>): void {
  build.onLoad({ filter: new RegExp(`${literal(`/node_modules/${replacement.file}`)}$`) }, ({ path }) => {
    used.add(replacement);
    const original = readFileSync(path, 'utf8');
    const contents = 'rewrite' in replacement ? replacement.rewrite(original) : contentsFor(original, replacement);
    if (contents !== undefined && contents !== original) return { contents, loader: 'js' };
    return { errors: [{ text: `${replacement.file} has changed (${digest(original)}): read it again and update its replacement.` }] };
  });
}

function contentsFor(original: string, { sha256, contents }: FileReplacement): string | undefined {
  return digest(original) === sha256 ? contents : undefined;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function unused(replacement: Replacement): { text: string } {
  return { text: `${'file' in replacement ? replacement.file : replacement.module} is not imported any more: remove its replacement.` };
}

/** A slash also matches the backslash of Windows paths. */
function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('/', '[\\\\/]');
}
