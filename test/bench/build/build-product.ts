import { mkdir, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from '../../../infra/bundle/bundle.ts';
import { layerPackage } from '../../../infra/bundle/layer.ts';
import type { DiscoveredJob } from '../../../infra/discover.ts';

const root = join(import.meta.dirname, '../../..');
const jobFiles = ['list-users', 'take-token', 'repeat-call'].map((name) => join(root, `test/bench/jobs/${name}.ts`));

/**
 * The layer and the functions as they are deployed, by the build that deploys them: `<outDir>/layer`, and `<outDir>/functions/<job>/index.mjs`
 * of storage-report and of the benches' own jobs. The layer is linked to where Node looks by itself, as Lambda's patched Node looks under /opt.
 */
export async function buildProduct(outDir: string): Promise<void> {
  const jobs = await Promise.all([...jobFiles, join(root, 'functions/scheduled/storage-report.ts')].map(readJob));
  const { layer } = await bundle({ root, outDir, jobs });
  const modules = join(outDir, 'functions/node_modules');
  await mkdir(modules);
  await symlink(join(layer, layerPackage), join(modules, 'nightporter'), 'junction');
}

async function readJob(file: string): Promise<DiscoveredJob> {
  const { default: declaration } = await import(pathToFileURL(file).href);
  return { name: basename(file, '.ts'), file, declaration };
}
