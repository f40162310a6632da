import { describe, expect, it } from 'vitest';
import { context, everything, resources, stacksOf } from './stacks.ts';

const { vpc } = everything;
const jobs = { 'grant-check': true, 'open-shared-links': true };

describe('a stage', { timeout: 120_000 }, () => {
  it('with a network has every function call from there, so that Box sees the company’s addresses; receivers call nobody but AWS', async () => {
    const stages = { office: { ...context.stages['sandbox-webhooks'], jobs, vpc } };
    const { jobs: jobsStack, webhooks } = await stacksOf('office', { stages });
    const functions = [jobsStack, webhooks].flatMap((stack) => (stack ? resources(stack, 'AWS::Lambda::Function') : []));
    const [inside = [], outside = []] = [true, false].map((isInside) =>
      functions.filter(([, { Properties }]) => 'VpcConfig' in Properties === isInside),
    );
    expect(['Run', 'Shard', 'Endpoints', 'Deliver'].filter((kind) => !inside.some(([id]) => id.includes(kind)))).toEqual([]);
    for (const [, { Properties }] of inside)
      expect(Properties.VpcConfig).toEqual({ SubnetIds: vpc.subnetIds, SecurityGroupIds: vpc.securityGroupIds });
    expect(outside.filter(([id]) => !/Receive/.test(id))).toEqual([]);
  });

  it('without one leaves its functions to Lambda’s', async () => {
    const { jobs: stack } = await stacksOf('office', { stages: { office: { jobs } } });
    for (const [id, { Properties }] of resources(stack, 'AWS::Lambda::Function')) expect(Properties, id).not.toHaveProperty('VpcConfig');
  });
});
