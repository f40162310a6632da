import { join } from 'node:path';
import { bundleEndpoints, type Endpoint } from './endpoints.ts';
import { type BundledFile, bundleFunctions } from './functions.ts';
import { bundleLayer } from './layer.ts';
import { bundleReceiver } from './receiver.ts';
import { isPacked, sources } from './sources.ts';

/** Folders that become Lambda assets. */
export interface Assets {
  readonly layer: string;
  /** The same for every webhook. */
  readonly receiver: string;
  /** By the name of a job or a webhook. */
  functionOf(name: string): string;
  endpointOf(name: Endpoint): string;
}

export interface BundleOptions {
  /** Folder of the app that the jobs belong to. */
  readonly root: string;
  readonly outDir: string;
  /** Webhooks among them. */
  readonly jobs: readonly BundledFile[];
}

/** Builds the layer and every function. The same sources give the same bytes, so an unchanged asset is not deployed again. */
export async function bundle({ root, outDir, jobs }: BundleOptions): Promise<Assets> {
  const layer = isPacked ? join(sources, 'layer') : join(outDir, 'layer');
  const functions = join(outDir, 'functions');
  const receiver = isPacked ? join(sources, 'receiver') : join(outDir, 'receiver');
  const endpoints = isPacked ? join(sources, 'endpoints') : join(outDir, 'endpoints');
  await Promise.all([
    isPacked || bundleLayer({ root: sources, outDir: layer }),
    isPacked || bundleReceiver({ root: sources, outDir: receiver }),
    isPacked || bundleEndpoints(sources, endpoints),
    bundleFunctions({ root, outDir: functions, jobs }),
  ]);
  return { layer, receiver, functionOf: (name) => join(functions, name), endpointOf: (name) => join(endpoints, name) };
}
