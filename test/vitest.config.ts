import { defineConfig } from 'vitest/config';

const root = new URL('..', import.meta.url).pathname;
const everywhere = { root, pool: 'forks', testTimeout: 30_000, hookTimeout: 60_000 } as const;
const exclude = ['**/node_modules/**', 'test/bench/peers/**'];

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...everywhere, name: 'unit', include: ['test/**/*.test.ts'], exclude: [...exclude, 'test/e2e/**'] } },
      { test: { ...everywhere, name: 'e2e', include: ['test/e2e/**/*.test.ts'], exclude, globalSetup: ['test/e2e/assembly.ts'] } },
    ],
  },
});
