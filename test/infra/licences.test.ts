import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleEndpoints } from '../../infra/bundle/endpoints.ts';
import { bundleLayer } from '../../infra/bundle/layer.ts';
import { root } from './stacks.ts';
import { temporaryFolder } from './temporary.ts';

/** Licences that ask for nothing but their text and a name: none of them reaches what a company writes. */
const permissive = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

interface Package {
  readonly name: string;
  readonly license: string;
}

/** The package that a bundled file comes from; our own files come from none. */
function packageOf(input: string): Package | undefined {
  const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? [];
  if (folder === undefined) return undefined;
  const { name, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { name: string; license?: unknown };
  return { name, license: typeof license === 'string' ? license : 'none named' };
}

/** What the page of a report holds; it is built beside the layer. */
async function pageInputs(): Promise<readonly string[]> {
  const entryPoints = ['./lib/sink/page/client.ts'];
  const { metafile } = await build({ absWorkingDir: root, entryPoints, bundle: true, write: false, metafile: true, logLevel: 'silent' });
  return Object.keys(metafile.inputs);
}

let shipped: ReadonlyMap<string, string>;
beforeAll(async () => {
  const layer = await bundleLayer({ root, outDir: join(temporaryFolder(), 'layer') });
  const endpoints = await bundleEndpoints(root, join(temporaryFolder(), 'endpoints'));
  // Of what was looked at, that which came into a file.
  const bundled = [layer, endpoints]
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap(({ inputs }) => Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])));
  const packages = [...bundled, ...(await pageInputs())].map(packageOf).filter((found) => found !== undefined);
  shipped = new Map(packages.map(({ name, license }) => [name, license]));
});

describe('what ships', () => {
  it('is known by package and licence', () => {
    console.info(
      [...shipped]
        .toSorted()
        .map(([name, license]) => `${name}: ${license}`)
        .join('\n'),
    );
    expect([...shipped.keys()]).toEqual(expect.arrayContaining(['box-node-sdk', '@middy/core', 'chart.js', '@aws-sdk/client-dynamodb']));
  });

  it('asks nothing of those who use it: no copyleft, no AGPL, nothing without a licence', () => {
    expect([...shipped].filter(([, license]) => !permissive.includes(license))).toEqual([]);
  });

  it('asks nothing by what is installed with the tarball either, as npm has recorded it', () => {
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly license?: string }>>;
    };
    const installed = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
    expect(installed.length).toBeGreaterThan(50);
    // Whoever is given a choice takes the other.
    const odd = installed.filter(([, { license = 'none named' }]) =>
      license.split(' OR ').every((offer) => /GPL|none named|UNLICENSED|SEE LICENSE/i.test(offer)),
    );
    expect(odd.map(([path, { license }]) => [path, license])).toEqual([]);
  });

  it('would be found otherwise', () => {
    expect(packageOf('lib/entry/scheduled.ts')).toBeUndefined();
    expect(packageOf('node_modules/typescript/lib/typescript.js')).toEqual({ name: 'typescript', license: 'Apache-2.0' });
    expect(permissive).not.toContain('AGPL-3.0-only');
  });
});
