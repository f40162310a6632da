import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { pack } from '../../infra/pack/pack.ts';

const root = join(import.meta.dirname, '../..');

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

interface ChildOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** The example app, on its own, with the packed tarball installed in it. */
export interface Installed extends AsyncDisposable {
  readonly app: string;
  /** What was packed, as it lies in the app's node_modules. */
  readonly packed: string;
  /** Runs Node in the app. @returns what it printed. @throws Error with what it complained of, when it fails */
  node(args: readonly string[], options?: ChildOptions): Promise<string>;
}

/**
 * Tests have no registry, so this is what npm would do by hand: the tarball is unpacked, and beside it stands what its manifest declares,
 * and nothing else. An import of something undeclared finds nothing.
 */
export async function installExample(): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), 'nightporter-example-'));
  const app = join(folder, 'app');
  const packed = join(app, 'node_modules/nightporter');
  await cp(join(root, 'test/example'), app, { recursive: true });
  await writeFile(join(app, 'package.json'), '{ "name": "records", "private": true, "type": "module" }');
  await mkdir(packed, { recursive: true });
  const tarball = await pack(root, join(folder, 'package'), folder);
  await promisify(execFile)('tar', ['-xzf', tarball, '-C', packed, '--strip-components=1']);
  const { dependencies, peerDependencies } = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8')) as Manifest;
  for (const name of [...Object.keys(dependencies), ...Object.keys(peerDependencies), '@types/node']) {
    await mkdir(dirname(join(app, 'node_modules', name)), { recursive: true });
    await symlink(join(root, 'node_modules', name), join(app, 'node_modules', name), 'junction');
  }
  return {
    app,
    packed,
    async node(args, { environment = {}, input = '' } = {}) {
      const env = {
        ...process.env,
        PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
        CDK_DISABLE_VERSION_CHECK: '1',
        ...environment,
      };
      const running = promisify(execFile)(process.execPath, [...args], { cwd: app, env });
      running.child.stdin?.end(input);
      return (await running).stdout;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
