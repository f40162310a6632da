import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refusalsTable } from '../../../infra/cli/refusals-table.ts';
import { refusals } from '../../../lib/token/diagnosis.ts';
import { root } from '../stacks.ts';

describe('the table of refusals', () => {
  it('stands in the README as the code has it', () => {
    const section = /<!-- refusals -->\n([\s\S]*?)\n<!-- \/refusals -->/.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1];
    expect(section?.trim()).toBe(refusalsTable());
  });

  it('has a row for each refusal and for each cause, and leads to every cause', () => {
    const [said = '', why = ''] = refusalsTable().split('\n\n');
    const causes = new Set(refusals.flatMap((refusal) => refusal.causes.map(({ cause }) => cause)));
    expect(said.split('\n').slice(2)).toHaveLength(refusals.length);
    expect(why.split('\n').slice(2)).toHaveLength(causes.size);
    const named = [...said.matchAll(/(\d+)(?: \(| \||,)/g)].map(([, number]) => Number(number));
    expect(new Set(named)).toEqual(new Set([...causes].map((_, index) => index + 1)));
  });
});
