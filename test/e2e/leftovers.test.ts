import { expect, inject, it } from 'vitest';
import { leftovers } from '../bench/sandbox/leftovers.ts';

it.runIf(process.platform === 'linux')(
  'a job that has run in new, used and ended containers leaves no process, no port and no file behind',
  async () => {
    const { cold, warm, broken, ...left } = await leftovers(inject('assembly'), 40);
    console.log(`${cold} cold, ${warm} warm, ${broken} ended under way`);
    expect(left).toEqual({ processes: 0, ports: 0, files: 0 });
    expect(cold + warm + broken).toBe(40);
    expect([cold, warm, broken].every((count) => count > 0)).toBe(true);
  },
  120_000,
);
