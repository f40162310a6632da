import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { context, deployed } from './context.ts';

const stagesOf = ({ stages }: { readonly stages: Readonly<Record<string, unknown>> }) => stages;
const [ours, own] = [stagesOf(context), stagesOf(deployed.context)];
const differing = [...new Set([...Object.keys(ours), ...Object.keys(own)])].filter((name) => !isDeepStrictEqual(ours[name], own[name]));
const reason =
  differing.length > 0 ? ` (skipped: cdk.json has a company’s own ${differing.join(', ')}, or test/infra/stages.json is behind)` : '';

it.skipIf(differing.length > 0)(`the stages that are tested are those of a fresh clone${reason}`, () => {
  expect(own).toEqual(ours);
});
