import { describe, expect, it } from 'vitest';
import { readStage } from '../../infra/settings.ts';
import { everything } from './stacks.ts';

const all = { ...everything, ingress: 'http-api', webhooks: {}, assumeRegionHas: [] };

type Stage = Readonly<Record<string, unknown>>;

/** Paths of all keys that a stage can have, those of its parts too; what a company names itself is not among them. */
const namedByCompany = ['apps', 'settings', 'jobs', 'tags', 'webhooks'];
const paths = Object.entries(all).flatMap(([key, value]) => {
  const isPart = typeof value === 'object' && !Array.isArray(value) && !namedByCompany.includes(key);
  return [[key], ...(isPart ? Object.keys(value).map((inner) => [key, inner]) : [])];
});

function changed(stage: Stage, [key = '', ...rest]: readonly string[], change: (parent: Stage, key: string) => Stage): Stage {
  if (rest.length === 0) return change(stage, key);
  return { ...stage, [key]: changed(stage[key] as Stage, rest, change) };
}

const read = (stage: Stage) => () => readStage({ dev: stage }, 'dev');
const mistake = (sentence: string) => expect.objectContaining({ code: 'SETTINGS_INVALID', message: expect.stringContaining(sentence) });

describe.each(paths.map((path) => ({ name: path.join('.'), path })))('$name', ({ path }) => {
  const parent = ['stages', 'dev', ...path.slice(0, -1)].join('.');

  it('of another type is refused by its name', () => {
    const wrong = changed(all, path, (stage, key) => ({ ...stage, [key]: typeof stage[key] === 'object' ? 7 : { not: 'this' } }));
    expect(read(wrong)).toThrow(mistake(`Correct ${parent}.${path.at(-1)} in cdk.json: `));
  });

  it('misspelt is refused by its name', () => {
    const wrong = changed(all, path, (stage, key) => {
      const { [key]: value, ...others } = stage;
      return { ...others, [key]: value, [`${key}x`]: value };
    });
    expect(read(wrong)).toThrow(mistake(`Correct ${parent} in cdk.json: Unrecognized key: "${path.at(-1)}x".`));
  });

  it('left out has a default, or is refused by a sentence', () => {
    const without = changed(all, path, (stage, key) => {
      const { [key]: _, ...others } = stage;
      return others;
    });
    const isRequired = path.length > 1 || path[0] === 'notify';
    if (isRequired) expect(read(without)).toThrow(mistake(`Correct stages.dev.${path.join('.')} in cdk.json: `));
    else expect(read(without)).not.toThrow();
  });
});

it('what is listed here is every setting there is', () => {
  expect(
    Object.keys(readStage({ dev: all }, 'dev'))
      .filter((key) => key !== 'name')
      .sort(),
  ).toEqual([...new Set(paths.map(([key]) => key))].sort());
});
