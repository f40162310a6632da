import { join } from 'node:path';
import type { DiscoveredJob } from '../discover.ts';
import { bundleFunctions } from './functions.ts';
import { bundleLayer } from './layer.ts';

/** Folders that become Lambda assets. */
export interface Assets {
  readonly layer: string;
  /** By job name. */
  functionOf(name: string): string;
}

export interface BundleOptions {
  readonly root: string;
  readonly outDir: string;
  readonly jobs: readonly DiscoveredJob[];
}

/** Builds the layer and every function. The same sources give the same bytes, so an unchanged asset is not deployed again. */
export async function bundle({ root, outDir, jobs }: BundleOptions): Promise<Assets> {
  const layer = join(outDir, 'layer');
  const functions = join(outDir, 'functions');
  await Promise.all([bundleLayer({ root, outDir: layer }), bundleFunctions({ root, outDir: functions, jobs })]);
  return { layer, functionOf: (name) => join(functions, name) };
}
