import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mutation } from './mutation.ts';

const root = join(import.meta.dirname, '..', '..');
/** Not the product's, or made anew. */
const leftOut: ReadonlySet<string> = new Set(['.git', 'node_modules', 'cdk.out']);

/** A copy of the sources that may be broken, below the system's temporary folder. */
export class Scratch implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'nightporter-mutations-'));

  constructor() {
    for (const name of readdirSync(root)) {
      if (!leftOut.has(name)) cpSync(join(root, name), join(this.folder, name), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'), 'junction');
  }

  /** Whether the test fails with the defect in the product. Vitest itself decides: a run of no test is a failure of the table, not a catch. */
  async isCaught(mutation: Mutation): Promise<boolean> {
    const path = join(this.folder, mutation.file);
    const source = readFileSync(path, 'utf8');
    writeFileSync(path, mutated(source, mutation));
    try {
      return (await this.#failures(mutation)) > 0;
    } finally {
      writeFileSync(path, source);
    }
  }

  async #failures({ test, promise }: Mutation): Promise<number> {
    const report = join(this.folder, 'mutation.json');
    rmSync(report, { force: true });
    const vitest = join(this.folder, 'node_modules', 'vitest', 'vitest.mjs');
    const chosen = promise === undefined ? [test] : [test, '-t', promise];
    const options = ['--config', 'test/vitest.config.ts', '--reporter', 'json', '--outputFile', report];
    const child = spawn(process.execPath, [vitest, 'run', ...chosen, ...options], {
      cwd: this.folder,
      stdio: 'ignore',
      env: environment(),
    });
    await once(child, 'exit');
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
    if ((numPassedTests ?? 0) + (numFailedTests ?? 0) === 0) throw new Error(`No test of ${test} has the name "${promise}".`);
    return numFailedTests ?? 0;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** @throws Error when the table no longer fits the source */
export function mutated(source: string, { file, replace }: Mutation): string {
  let text = source;
  for (const [from, to] of Object.entries(replace)) {
    const [before = '', after, ...more] = text.split(from);
    if (after === undefined || more.length > 0) throw new Error(`In ${file} this has to stand once: ${from}`);
    text = before + to + after;
  }
  return text;
}

/** Without what this very run of Vitest has told its workers. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|MUTATIONS|NODE_OPTIONS|TEST$)/.test(name)));
}
