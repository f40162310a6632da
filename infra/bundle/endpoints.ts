import { mkdir, rm } from 'node:fs/promises';
import { build, type Metafile } from 'esbuild';
import { awsSdkReplacements } from './aws-sdk.ts';
import { builtins } from './builtins.ts';
import { moduleOptions } from './module-options.ts';
import { replace } from './replacement.ts';

/** The functions behind a URL. There is nothing in them that a company would write, so they have no file in `functions/`. */
export const endpoints = ['approvals', 'operations'] as const;

export type Endpoint = (typeof endpoints)[number];

/**
 * Bundles each with all that it needs: on the layer they would stand on what jobs are made of, and jobs would load what these are made of.
 * @param outDir emptied, then holds one folder for each with its `index.mjs`
 * @returns what went into them
 */
export async function bundleEndpoints(root: string, outDir: string): Promise<Metafile> {
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  const built = await Promise.all(
    endpoints.map((name) =>
      build({
        ...moduleOptions,
        absWorkingDir: root,
        outfile: `${outDir}/${name}/index.mjs`,
        stdin: { contents: `import { ${name} } from './lib/entry/${name}.ts'; export const handler = ${name}();`, resolveDir: root },
        plugins: [replace('replaced parts of packages', awsSdkReplacements, false), builtins],
      }),
    ),
  );
  const metafiles = built.map(({ metafile }) => metafile);
  return {
    inputs: Object.assign({}, ...metafiles.map(({ inputs }) => inputs)),
    outputs: Object.assign({}, ...metafiles.map(({ outputs }) => outputs)),
  };
}
