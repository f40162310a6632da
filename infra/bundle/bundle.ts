import { join } from 'node:path';
import type { DiscoveredJob } from '../discover.ts';
import { bundleFunctions } from './functions.ts';
import { bundleLayer } from './layer.ts';
import { isPacked, sources } from './sources.ts';

/** Folders that become Lambda assets. */
export interface Assets {
  readonly layer: string;
  /** By job name. */
  functionOf(name: string): string;
}

export interface BundleOptions {
  /** Folder of the app that the jobs belong to. */
  readonly root: string;
  readonly outDir: string;
  readonly jobs: readonly DiscoveredJob[];
}

/** Builds the layer and every function. The same sources give the same bytes, so an unchanged asset is not deployed again. */
export async function bundle({ root, outDir, jobs }: BundleOptions): Promise<Assets> {
  const layer = isPacked ? join(sources, 'layer') : join(outDir, 'layer');
  const functions = join(outDir, 'functions');
  await Promise.all([isPacked || bundleLayer({ root: sources, outDir: layer }), bundleFunctions({ root, outDir: functions, jobs })]);
  return { layer, functionOf: (name) => join(functions, name) };
}
