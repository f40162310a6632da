import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import type { PageAssets } from '../../../lib/sink/page/assets.ts';

const page = new URL('../../../lib/sink/page/', import.meta.url);

/** The page's script and style as the layer has them. */
export async function buildPageAssets(): Promise<PageAssets> {
  const { outputFiles } = await build({
    entryPoints: [new URL('client.ts', page).pathname],
    bundle: true,
    minify: true,
    format: 'iife',
    legalComments: 'none',
    write: false,
  });
  return { script: outputFiles[0]?.text ?? '', style: await readFile(new URL('page.css', page), 'utf8') };
}
