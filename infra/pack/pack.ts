import { execFile } from 'node:child_process';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleEndpoints } from '../bundle/endpoints.ts';
import { bundleLayer } from '../bundle/layer.ts';
import { bundleReceiver } from '../bundle/receiver.ts';
import { compile } from './compile.ts';
import { importedPackages } from './imported-packages.ts';
import { packedManifest } from './manifest.ts';
import { notices } from './notices.ts';

/**
 * Makes the tarball that another CDK app installs. The layer and the receiver are in it ready-made: their parts are replaced file by file,
 * which holds for the versions of our lockfile only.
 * @param root the repository
 * @param folder emptied, then holds what is packed
 * @param destination folder of the tarball
 * @returns path of the tarball
 */
export async function pack(root: string, folder: string, destination: string): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await compile(root, folder);
  const imported = await importedPackages(join(folder, 'dist'));
  const layer = await bundleLayer({ root, outDir: join(folder, 'dist/layer') });
  // What is in it is in the layer too.
  await bundleReceiver({ root, outDir: join(folder, 'dist/receiver') });
  const endpoints = await bundleEndpoints(root, join(folder, 'dist/endpoints'));
  await writeFile(join(folder, 'dist/layer-licences.txt'), await notices(root, layer, endpoints));
  const source = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const manifest = packedManifest(source, imported);
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md']) await copyFile(join(root, file), join(folder, file));
  const { stdout } = await promisify(execFile)('npm', ['pack', folder, '--pack-destination', destination, '--json'], {
    // npm is a script on Windows.
    shell: process.platform === 'win32',
  });
  const [{ filename }] = JSON.parse(stdout) as [{ readonly filename: string }];
  return join(destination, filename);
}
