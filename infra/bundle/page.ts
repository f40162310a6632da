import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';

/**
 * The report page's script and style, as text that the report sink writes into the page: the chart library runs in the reader's browser,
 * so it is never loaded as a module.
 */
export async function bundlePage(root: string, outDir: string): Promise<Metafile> {
  await mkdir(outDir, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['./lib/sink/page/client.ts'],
    outfile: join(outDir, 'client.js'),
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    minify: true,
    legalComments: 'inline',
    metafile: true,
    logLevel: 'silent',
  });
  await copyFile(join(root, 'lib/sink/page/page.css'), join(outDir, 'page.css'));
  return metafile;
}
