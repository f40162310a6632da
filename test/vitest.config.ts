import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = new URL('..', import.meta.url).pathname;
// Whatever is left behind, such as the folders of each `new App()`, goes with the run. This file is read several times in one.
if (!process.env.TMPDIR?.includes('nightporter-tests-')) {
  const temporary = mkdtempSync(join(tmpdir(), 'nightporter-tests-'));
  process.env.TMPDIR = temporary;
  process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));
}

const setupFiles = ['test/own-environment.ts'];
const everywhere = { root, pool: 'forks', isolate: false, setupFiles, testTimeout: 30_000, hookTimeout: 60_000 };
const exclude = ['**/node_modules/**', 'test/bench/peers/**'];

export default defineConfig({
  test: {
    maxWorkers: 3,
    projects: [
      { test: { ...everywhere, name: 'unit', include: ['test/**/*.test.ts'], exclude: [...exclude, 'test/e2e/**'] } },
      { test: { ...everywhere, name: 'e2e', include: ['test/e2e/**/*.test.ts'], exclude, globalSetup: ['test/e2e/assembly.ts'] } },
    ],
  },
});
