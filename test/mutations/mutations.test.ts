import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mutation } from './mutation.ts';
import { runs } from './runs.ts';
import { mutated, Scratch } from './scratch.ts';
import { stages } from './stages.ts';
import { tokens } from './tokens.ts';
import { webhooks } from './webhooks.ts';

const root = join(import.meta.dirname, '..', '..');

/** By area; another one is a file beside these, and a line here. */
const areas: Readonly<Record<string, readonly Mutation[]>> = { tokens, runs, webhooks, stages };
const all = Object.values(areas).flat();

describe('the table of mutations', () => {
  it.each(all)('fits the sources as they are: $defect', (mutation) => {
    const source = readFileSync(join(root, mutation.file), 'utf8');
    expect(mutated(source, mutation)).not.toBe(source);
    expect(existsSync(join(root, mutation.test))).toBe(true);
  });
});

/** `MUTATIONS=1` tries all of them, `MUTATIONS=tokens` those of an area; otherwise they are skipped, since each costs a run of its test. */
const asked = process.env.MUTATIONS;
const tried = areas[asked ?? ''] ?? all;

describe.skipIf(asked === undefined)('a defect', () => {
  let scratch: Scratch;
  beforeAll(() => {
    scratch = new Scratch();
  });
  afterAll(() => scratch[Symbol.dispose]());

  it.each(tried)('is caught: $defect', { timeout: 180_000 }, async (mutation) => {
    expect(await scratch.isCaught(mutation)).toBe(true);
  });
});
