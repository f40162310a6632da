import { join } from 'node:path';
import { build } from 'esbuild';
import { awsSdkReplacements } from '../../../infra/bundle/aws-sdk.ts';
import { boxSdkReplacements } from '../../../infra/bundle/box-sdk.ts';
import { builtins } from '../../../infra/bundle/builtins.ts';
import { directImports } from '../../../infra/bundle/direct-imports.ts';
import { moduleOptions } from '../../../infra/bundle/module-options.ts';
import { replace } from '../../../infra/bundle/replacement.ts';

const root = join(import.meta.dirname, '../../..');

/** The script that makes a shard's calls, with all that it stands on, as the layer has it. @returns its path below that folder */
export async function buildShardCalls(outDir: string): Promise<string> {
  const outfile = join(outDir, 'shard-calls.mjs');
  await build({
    ...moduleOptions,
    absWorkingDir: root,
    outfile,
    entryPoints: [join(root, 'test/bench/fanout/shard-calls.ts')],
    plugins: [replace('replaced parts of packages', [...awsSdkReplacements, ...boxSdkReplacements], false), directImports, builtins],
  });
  return outfile;
}
