import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { awsSdkReplacements } from './aws-sdk.ts';
import { builtins } from './builtins.ts';
import { moduleOptions } from './module-options.ts';
import { replace } from './replacement.ts';

export interface ReceiverOptions {
  readonly root: string;
  /** Emptied, then holds `index.mjs`. */
  readonly outDir: string;
}

const wayIn = './lib/entry/receive.ts';

/**
 * Bundles the receiver of webhooks, whole and without the layer: it is the one function that strangers can start, and has nothing in it that
 * it does not need. It holds no code of a webhook file, so one bundle serves them all.
 */
export async function bundleReceiver({ root, outDir }: ReceiverOptions): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  await build({
    ...moduleOptions,
    absWorkingDir: root,
    outfile: join(outDir, 'index.mjs'),
    stdin: { contents: `import { receive } from ${JSON.stringify(wayIn)}; export const handler = await receive();`, resolveDir: root },
    plugins: [replace('replaced parts of packages', awsSdkReplacements, false), builtins],
  });
}
