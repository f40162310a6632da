import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../sandbox/start/synthesize.ts';

const root = join(import.meta.dirname, '../..');

/** Stands for a release while there is none: it has jobs in steps, approvals and webhooks. */
const beforeTheFirst = '45398b04';

function git(...args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

/** The newest release that is not this very commit. */
export const lastRelease = git('describe', '--tags', '--abbrev=0', '--match', 'v*', 'HEAD~1') ?? beforeTheFirst;

/** Why there is nothing to upgrade from; undefined where there is. */
export const missing = git('cat-file', '-e', `${lastRelease}^{commit}`) === undefined ? `${lastRelease} is not in this clone` : undefined;

export interface ReleasedAssembly extends AsyncDisposable {
  readonly folder: string;
}

/** What a company has besides what its clone came with. */
export type Additions = Readonly<Partial<Record<'jobs' | 'webhooks' | 'settings', Readonly<Record<string, unknown>>>>>;

/** The stage "sandbox" as that release makes it, on the packages that are installed here. */
export async function assemblyOfLastRelease(additions: Additions): Promise<ReleasedAssembly> {
  const parent = await mkdtemp(join(tmpdir(), 'nightporter-release-'));
  const [clone, folder] = [join(parent, 'clone'), join(parent, 'cdk.out')];
  await mkdir(clone);
  execFileSync('git', ['archive', '--output', join(parent, 'clone.tar'), lastRelease], { cwd: root });
  execFileSync('tar', ['-xf', join(parent, 'clone.tar'), '-C', clone]);
  await add(additions, join(clone, 'cdk.json'));
  await symlink(join(root, 'node_modules'), join(clone, 'node_modules'), 'junction');
  await synthesize(clone, folder, new AbortController().signal);
  return { folder, [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }) };
}

async function add(additions: Additions, file: string): Promise<void> {
  const settings = JSON.parse(await readFile(file, 'utf8'));
  const { sandbox } = settings.context.stages;
  for (const [key, added] of Object.entries(additions)) sandbox[key] = { ...sandbox[key], ...added };
  await writeFile(file, JSON.stringify(settings));
}
