import flags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { expect, it } from 'vitest';
import { context } from './context.ts';

it('cdk.json has every feature flag that the installed CDK recommends', () => {
  expect(context).toMatchObject(flags);
});
