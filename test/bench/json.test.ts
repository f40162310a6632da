import { describe, expect, it } from 'vitest';
import { json } from './json.ts';
import { measured, skipped } from './result.ts';

const keys = ['name', 'value', 'unit', 'goal', 'met', 'peer', 'peerValue', 'ratio', 'skipped'];

describe('what a bench tells a program', () => {
  it('has every key in every row, null where there is nothing to say', () => {
    const told = JSON.parse(
      json('cold', [
        measured('cold.whole_over_floor', 2.5, { name: 'naive', value: 6.25 }),
        measured('cold.full_over_floor', 4),
        skipped('cold.first_call_128mb_ms', 'no control groups on this machine'),
      ]),
    );
    expect(told.bench).toBe('cold');
    for (const row of told.results) expect(Object.keys(row)).toEqual(keys);
    expect(told.results[0]).toMatchObject({ value: 2.5, goal: 2.8, met: true, peer: 'naive', peerValue: 6.25, ratio: 0.4, skipped: null });
    expect(told.results[1]).toMatchObject({ value: 4, goal: null, met: null, peer: null, ratio: null });
    expect(told.results[2]).toMatchObject({ value: null, met: null, skipped: 'no control groups on this machine' });
  });

  it('says that a goal is missed by the value that it is set on', () => {
    expect(measured('storage.peak_mib_100k', 160).met).toBe(true);
    expect(measured('storage.peak_mib_100k', 160.1).met).toBe(false);
  });
});
