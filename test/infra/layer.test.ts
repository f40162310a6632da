import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { BoxCcgAuth, BoxClient, CcgConfig } from 'box-node-sdk';
import { beforeAll, describe, expect, it } from 'vitest';
import { awsSdkReplacements } from '../../infra/bundle/aws-sdk.ts';
import { boxSdkReplacements } from '../../infra/bundle/box-sdk.ts';
import { durableSdkReplacements } from '../../infra/bundle/durable-sdk.ts';
import { bundleLayer, layerPackage } from '../../infra/bundle/layer.ts';
import { managers } from '../../infra/bundle/managers.ts';
import { root } from './stacks.ts';
import { temporaryFolder } from './temporary.ts';

const all = [...boxSdkReplacements, ...awsSdkReplacements, ...durableSdkReplacements];

let layer: string;
beforeAll(async () => {
  layer = await build();
});

async function build(replacements = all): Promise<string> {
  const outDir = join(temporaryFolder(), 'layer');
  await bundleLayer({ root, outDir, replacements });
  return outDir;
}

/** Every file of a folder by its relative path. */
function contents(folder: string): ReadonlyMap<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(folder, path)).isFile());
  return new Map(files.toSorted().map((path) => [path, readFileSync(join(folder, path))]));
}

/** Runs a module in a process of its own, as Lambda loads the layer. */
function run(script: string): string {
  return execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
}

const fileOf = (path: string) => join(layer, layerPackage, path);

describe('the layer', () => {
  it('is the same for the same sources, byte for byte', async () => {
    expect(contents(await build())).toEqual(contents(layer));
  });

  it('holds one package with the page beside it, and knows nothing of the machine that built it', () => {
    expect(readdirSync(layer)).toEqual(['nodejs']);
    const files = contents(fileOf('.'));
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(['index.mjs', 'package.json', 'entry/scheduled.mjs', 'page/client.js', 'page/page.css']),
    );
    for (const [path, content] of files) {
      expect(content.includes(root), path).toBe(false);
      expect(content.includes('node_modules'), path).toBe(false);
      expect(content.toString().match(/[\s}]from\s*"(?!\.|node:)[\w@]/), path).toBeNull();
    }
  });

  it('exports what functions import', () => {
    const { exports } = JSON.parse(readFileSync(fileOf('package.json'), 'utf8'));
    for (const path of Object.values<string>(exports))
      expect(
        existsSync(fileOf(path.replace('*', path.includes('box') ? 'users' : path.includes('entry') ? 'scheduled' : 'reports-write'))),
      ).toBe(true);
  });

  it('is small: what is uploaded, and what a cold start reads', () => {
    const sizes = [...contents(layer).values()].reduce((sum, content) => sum + deflateRawSync(content, { level: 9 }).length, 0);
    console.info(`layer: ${(sizes / 1024).toFixed(0)} KiB deflated`);
    for (const entry of ['index', 'entry/scheduled', 'entry/coordinator', 'entry/shard', 'capability/reports-write', 'box/users']) {
      console.info(`${entry}: ${(bytesRead(`${entry}.mjs`) / 1024).toFixed(0)} KiB read`);
    }
    expect(sizes).toBeLessThan(0.48 * 1024 * 1024);
  });
});

/** Bytes of a file and of everything that it imports statically. */
function bytesRead(path: string, seen = new Set<string>()): number {
  if (seen.has(path)) return 0;
  seen.add(path);
  const content = readFileSync(fileOf(path), 'utf8');
  const imports = Array.from(content.matchAll(/(?:from|import)\s*"(\.[^"]+)"/g), ([, specifier = '']) => join(path, '..', specifier));
  return content.length + imports.reduce((sum, next) => sum + bytesRead(next, seen), 0);
}

describe('managers', () => {
  const known = managers();

  it('are those of the official client, by the same names', () => {
    const client = new BoxClient({
      auth: new BoxCcgAuth({ config: new CcgConfig({ clientId: 'x', clientSecret: 'x', enterpriseId: '1' }) }),
    });
    const fields = Object.entries(client).filter(([field, value]) => value && !['auth', 'networkSession'].includes(field));
    expect([...known].map(([field, { className }]) => [field, className])).toEqual(
      fields.map(([field, value]) => [field, value.constructor.name]),
    );
  });

  it('each load alone from the built layer, and can be made', { timeout: 120_000 }, () => {
    const script = (field: string, className: string) => `
      const { ${className} } = await import(${JSON.stringify(fileOf(`box/${field}.mjs`))});
      if (new ${className}({}).constructor !== ${className}) throw new Error('${field}');`;
    for (const [field, { className }] of known) expect(() => run(script(field, className)), field).not.toThrow();
  });

  it('share one error class, so that instanceof holds across files', () => {
    const defining = [...contents(fileOf('.')).entries()].filter(([, content]) => content.includes('"BoxApiError"'));
    expect(defining).toHaveLength(1);
  });
});

describe('a package that has changed shape fails the build', () => {
  it('when a replaced file is not the one that was read', async () => {
    const changed = all.map((each) =>
      'sha256' in each && each.file.endsWith('boxNetworkClient.js') ? { ...each, sha256: '000000000000' } : each,
    );
    await expect(build(changed)).rejects.toThrow('boxNetworkClient.js has changed');
  });

  it('when a file has nothing left to rewrite', async () => {
    const idle = all.map((each) => ('rewrite' in each ? { ...each, rewrite: (original: string) => original } : each));
    await expect(build(idle)).rejects.toThrow('schemas_0.js has changed');
  });

  it('when what is replaced is not imported any more', async () => {
    const gone = { reason: 'Gone.', module: 'left-pad', contents: '' };
    await expect(build([...all, gone])).rejects.toThrow('left-pad is not imported any more: remove its replacement.');
  });

  it('when a name is imported that the replacement lacks', async () => {
    const lacking = all.map((each) =>
      'module' in each && each.module === 'jose' ? { ...each, contents: 'export const importPKCS8 = 1;' } : each,
    );
    await expect(build(lacking)).rejects.toThrow('No matching export in "replacement:jose" for import "SignJWT"');
  });

  it('and each replacement says why it is there', () => {
    for (const { reason } of all) expect(reason.length).toBeGreaterThan(30);
  });
});

describe('what the layer leaves out', () => {
  it('is nothing that a client needs to be made and to read its credentials', () => {
    const shown = run(`
      process.env.AWS_REGION = 'eu-west-2';
      delete process.env.AWS_ACCESS_KEY_ID;
      await import(${JSON.stringify(fileOf('capability/reports-write.mjs'))});
      await import(${JSON.stringify(fileOf('capability/runs-watch.mjs'))});
      console.log('loaded');`);
    expect(shown).toBe('loaded\n');
  });
});
