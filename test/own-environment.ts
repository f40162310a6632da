import { afterAll } from 'vitest';

/** The files of a worker share its process: what one of them sets in the environment is gone when it ends. */
const before = { ...process.env };
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});
