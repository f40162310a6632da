import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { filesEnding } from './files-ending.ts';

/** What a company's app imports and calls; all that these import comes along, and the system's jobs, which it deploys. */
const entries = ['lib/declare/index.ts', 'infra/index.ts', 'infra/cli/main.ts'];

/** Compiles what a package holds into `dist`: JavaScript and types, by the repository's own settings. @throws Error with what tsc printed */
export async function compile(root: string, folder: string): Promise<void> {
  const project = join(folder, '..', 'pack.tsconfig.json');
  const settings = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      rewriteRelativeImportExtensions: true,
      declaration: true,
      rootDir: root,
      typeRoots: [join(root, 'node_modules/@types')],
      outDir: join(folder, 'dist'),
    },
    include: [],
    files: [...entries.map((entry) => join(root, entry)), ...(await filesEnding(join(root, 'functions/system'), '.ts'))],
  };
  await mkdir(folder, { recursive: true });
  await writeFile(project, JSON.stringify(settings));
  const tsc = join(findPackageJSON('typescript', import.meta.url) ?? '', '../bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '--project', project]).catch(({ stdout }) => {
    throw new Error(`tsc refused ${relative(root, project)}:\n${stdout}`);
  });
  for (const file of await filesEnding(folder, '.d.ts')) await writeFile(file, withCompiledNames(await readFile(file, 'utf8')));
}

/** tsc rewrites the names of imported files in JavaScript only. */
function withCompiledNames(types: string): string {
  return types.replace(/((?:from|import\()\s*['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2');
}
