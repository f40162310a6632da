import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostActions, type Plan, type PlannedAction, readPlan, writePlan } from '../../../../lib/run/plan/plan-file.ts';
import { action, somePlan } from './some-plan.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('=1+1', '\u202Egnp.exe', 'a\nb\r\nc', '<script>', '__proto__', '\u2028'),
);
const value = fc.oneof(
  text,
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
);
const actions = fc.uniqueArray(
  fc.record(
    {
      id: text,
      user: fc.option(text),
      what: text,
      label: text,
      effect: fc.constantFrom('converging' as const, 'visible' as const),
      item: fc.record({ type: text, id: text, name: text, path: text, etag: text }, { requiredKeys: ['type', 'id'] }),
      why: text,
      details: fc.dictionary(
        text.filter((key) => key !== '__proto__'),
        value,
      ),
      undo: fc.option(text),
    },
    { requiredKeys: ['id', 'user', 'what', 'label', 'effect', 'item', 'why', 'undo'] },
  ),
  { selector: ({ id }) => id, maxLength: 5 },
);

describe('a plan', () => {
  it('reads as it was written, whatever the names in it', () => {
    fc.assert(
      fc.property(actions, (some) => {
        const plan: Plan = { ...somePlan(0), actions: some as PlannedAction[] };
        expect(JSON.stringify(readPlan(writePlan(plan).bytes).actions.map(({ id }) => id))).toBe(JSON.stringify(some.map(({ id }) => id)));
        expect(writePlan(readPlan(writePlan(plan).bytes)).sha256).toBe(writePlan(plan).sha256);
      }),
    );
  });

  it('has the hash that sha256sum prints, the same in whatever order its keys were set', () => {
    const { bytes, sha256 } = writePlan(somePlan());
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    const turned = (object: object): object => Object.fromEntries(Object.entries(object).reverse());
    const plan = somePlan();
    expect(writePlan({ ...turned(plan), actions: plan.actions.map(turned) } as unknown as Plan).sha256).toBe(sha256);
  });

  it('has one line for each action, in the order of their application', () => {
    const { bytes } = writePlan(somePlan(3));
    const [head, ...lines] = Buffer.from(bytes).toString().trimEnd().split('\n');
    expect(JSON.parse(head ?? '')).toMatchObject({ plan: 1, job: 'open-shared-links', actions: 3, considered: 1000 });
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(['a1', 'a2', 'a3']);
  });

  it('that somebody has edited is refused: another word, another form, a line more or less, two that are one', () => {
    const written = Buffer.from(writePlan(somePlan()).bytes).toString();
    const lines = written.split('\n');
    const edits = [
      written.replace('"actions":3', '"actions":4'),
      written.replace('"effect":"converging"', '"effect":"harmless"'),
      written.replace('{"details"', '{ "details"'),
      written.replace('"a2"', '"a1"'),
      `${written}${lines[3]}\n`,
      [lines[0], lines[1], lines[3], ''].join('\n'),
      written.trimEnd(),
      '',
    ];
    for (const edited of edits) expect(() => readPlan(Buffer.from(edited))).toThrow(expect.objectContaining({ code: 'PLAN_INVALID' }));
  });

  it('quotes nothing of what it refuses', () => {
    const named = somePlan(1, { actions: [action(1, { why: 'CANARY' })] });
    const edited = Buffer.from(writePlan(named).bytes).toString().replace('converging', 'CANARY');
    expect(() => readPlan(Buffer.from(edited))).toThrow(/^Look at the job: line 2 of this plan is not as a run writes it\.$/);
  });

  it('that could not be read again is not written: two that are one, values that JSON does not have', () => {
    const broken = [[action(1), action(1)], [action(1, { details: { nested: {} as never } })], [action(1, { why: undefined as never })]];
    for (const actions of broken)
      expect(() => writePlan(somePlan(0, { actions }))).toThrow(expect.objectContaining({ code: 'PLAN_INVALID' }));
  });

  it('that nobody could read is not written', () => {
    expect(() => writePlan(somePlan(mostActions + 1))).toThrow(expect.objectContaining({ code: 'PLAN_TOO_LARGE' }));
  });
});
