import { mkdir, rm } from 'node:fs/promises';
import { build, type Plugin } from 'esbuild';
import { type DiscoveredJob, invalid } from '../discover.ts';
import { builtins } from './builtins.ts';
import { type Manager, managers } from './managers.ts';
import { moduleOptions } from './module-options.ts';
import { schemasByUse } from './schemas.ts';

export interface FunctionsOptions {
  /** Folder of the app that the jobs belong to. */
  readonly root: string;
  /** Emptied, then holds one folder per job with its `index.mjs`. */
  readonly outDir: string;
  readonly jobs: readonly DiscoveredJob[];
}

/**
 * Bundles each job with a small entry of its own; everything of Nightporter comes from the layer.
 * @throws NightporterError `DECLARATION_INVALID` for a manager that the SDK does not have.
 */
export async function bundleFunctions({ root, outDir, jobs }: FunctionsOptions): Promise<void> {
  const known = managers();
  const entries = new Map(jobs.map((job) => [job.name, entryOf(job, known)]));
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  await build({
    ...moduleOptions,
    absWorkingDir: root,
    outdir: outDir,
    entryPoints: Object.fromEntries(jobs.map(({ name }) => [`${name}/index`, `job-entry:${name}`])),
    external: ['nightporter', 'nightporter/*'],
    plugins: [jobEntries(root, entries), schemasByUse, builtins],
  });
}

/** Loads exactly what the job declares, before the first invocation. */
export function entryOf({ name, file, declaration }: DiscoveredJob, known: ReadonlyMap<string, Manager>): string {
  const boxes = declaration.box.map((field) => {
    const manager = known.get(field);
    if (!manager) throw invalid(name, `box-node-sdk has no manager "${field}"`);
    return { field, className: manager.className };
  });
  const uses = declaration.uses.map((capability, index) => ({ module: capability.replace(':', '-'), as: `capability${index}` }));
  return [
    `import job from ${JSON.stringify(file)};`,
    `import { scheduled } from 'nightporter/entry/scheduled';`,
    ...boxes.map(({ field, className }) => `import { ${className} } from 'nightporter/box/${field}';`),
    ...uses.map(({ module, as }) => `import { capability as ${as} } from 'nightporter/capability/${module}';`),
    `export const handler = await scheduled(job, {`,
    `  managers: { ${boxes.map(({ field, className }) => `${field}: ${className}`).join(', ')} },`,
    `  capabilities: [${uses.map(({ as }) => as).join(', ')}],`,
    `});`,
  ].join('\n');
}

function jobEntries(root: string, entries: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'job-entries',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^job-entry:/ }, ({ path }) => ({ path: path.slice('job-entry:'.length), namespace: 'job-entry' }));
      onLoad({ filter: /./, namespace: 'job-entry' }, ({ path }) => ({
        contents: entries.get(path) ?? '',
        resolveDir: root,
        loader: 'js',
      }));
    },
  };
}
