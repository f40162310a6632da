import { mkdir, rm } from 'node:fs/promises';
import { build, type Plugin } from 'esbuild';
import type { ScheduledJob, Webhook } from 'nightporter';
import { invalid } from '../invalid.ts';
import { builtins } from './builtins.ts';
import { type Manager, managers } from './managers.ts';
import { moduleOptions } from './module-options.ts';
import { schemasByUse } from './schemas.ts';

export interface FunctionsOptions {
  /** Folder of the app that the jobs belong to. */
  readonly root: string;
  /** Emptied, then holds one folder per job or webhook with its `index.mjs`, and the `shard.mjs` of a durable job. */
  readonly outDir: string;
  readonly jobs: readonly BundledFile[];
}

/** A job file or a webhook file. */
export interface BundledFile {
  readonly name: string;
  readonly file: string;
  readonly declaration: Pick<ScheduledJob, 'kind' | 'shape' | 'box' | 'uses'> | Pick<Webhook, 'kind' | 'box' | 'uses'>;
}

type WayIn = 'scheduled' | 'coordinator' | 'shard' | 'deliver' | 'reconcile';

function waysInOf({ declaration }: BundledFile): readonly [WayIn, ...WayIn[]] {
  if (declaration.kind === 'webhook') return ['deliver'];
  if (declaration.shape !== 'plain') return ['coordinator', 'shard'];
  // CloudFormation calls that one too.
  return [declaration.uses.includes('webhooks:reconcile') ? 'reconcile' : 'scheduled'];
}

function pathOf({ name }: BundledFile, way: WayIn): string {
  return `${name}/${way === 'shard' ? 'shard' : 'index'}`;
}

/**
 * Bundles each job and webhook with a small entry of its own; everything of Nightporter comes from the layer.
 * @throws NightporterError `DECLARATION_INVALID` for a manager that the SDK does not have.
 */
export async function bundleFunctions({ root, outDir, jobs }: FunctionsOptions): Promise<void> {
  const known = managers();
  const entries = new Map(jobs.flatMap((job) => waysInOf(job).map((way) => [pathOf(job, way), entryOf(job, known, way)] as const)));
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  await build({
    ...moduleOptions,
    absWorkingDir: root,
    outdir: outDir,
    entryPoints: Object.fromEntries(Array.from(entries.keys(), (path) => [path, `job-entry:${path}`])),
    external: ['nightporter', 'nightporter/*'],
    plugins: [jobEntries(root, entries), schemasByUse, builtins],
  });
}

/** Loads exactly what the job declares, before the first invocation. */
export function entryOf(bundled: BundledFile, known: ReadonlyMap<string, Manager>, way = waysInOf(bundled)[0]): string {
  const { name, file, declaration } = bundled;
  const boxes = declaration.box.map((field) => {
    const manager = known.get(field);
    if (!manager) throw invalid(name, `box-node-sdk has no manager "${field}"`);
    return { field, className: manager.className };
  });
  // Rows of a durable job are gathered by its steps; its report is written by the way in itself.
  const declared = declaration.uses.filter((capability) => capability !== 'reports:write' || (way !== 'coordinator' && way !== 'shard'));
  const uses = declared.map((capability, index) => ({ module: capability.replace(':', '-'), as: `capability${index}` }));
  return [
    `import job from ${JSON.stringify(file)};`,
    `import { ${way} } from 'nightporter/entry/${way}';`,
    ...boxes.map(({ field, className }) => `import { ${className} } from 'nightporter/box/${field}';`),
    ...uses.map(({ module, as }) => `import { capability as ${as} } from 'nightporter/capability/${module}';`),
    `export const handler = await ${way}(job, {`,
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
