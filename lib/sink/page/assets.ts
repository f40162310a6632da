import { readFile } from 'node:fs/promises';
import { NightporterError } from '../../errors.ts';

/** The page's own script and style as text; both are put into every page. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/**
 * Reads `client.js` and `page.css` below `base`, which ends with a slash: where the build has put them.
 * @throws NightporterError `REPORT_NOT_WRITTEN` when one is missing
 */
export async function readPageAssets(base: URL): Promise<PageAssets> {
  try {
    const [script, style] = await Promise.all(['client.js', 'page.css'].map((name) => readFile(new URL(name, base), 'utf8')));
    return { script: script ?? '', style: style ?? '' };
  } catch (cause) {
    throw new NightporterError('REPORT_NOT_WRITTEN', "Deploy again: the layer lacks the report page's script or style.", { cause });
  }
}
