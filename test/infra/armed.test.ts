import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { resources, stacksOf } from './stacks.ts';

const ifArmed = (whenArmed: unknown, otherwise: unknown) => ({ 'Fn::If': ['StageIsArmed', whenArmed, otherwise] });

const defaultOf = (jobs: Template) => (jobs.toJSON() as { Parameters: Record<string, object> }).Parameters.Armed;

describe('a stage that nobody has armed', () => {
  it('starts no run: the deployment decides, and CloudFormation keeps what it decided', async () => {
    const { jobs } = await stacksOf('dev');
    jobs.allResourcesProperties('AWS::Scheduler::Schedule', { State: ifArmed('ENABLED', 'DISABLED') });
    expect(defaultOf(jobs)).toMatchObject({ Type: 'String', Default: 'false', AllowedValues: ['true', 'false'] });
    expect(jobs.toJSON().Conditions.StageIsArmed).toEqual({ 'Fn::Equals': [{ Ref: 'Armed' }, 'true'] });
  });

  it('says so', async () => {
    const { jobs } = await stacksOf('dev');
    jobs.hasOutput('IsArmed', { Value: { Ref: 'Armed' } });
  });

  it('alarms about runs that fail, and not about runs that nobody expects', async () => {
    const { jobs } = await stacksOf('dev');
    for (const [id, { Properties }] of resources(jobs, 'AWS::CloudWatch::Alarm')) {
      const listensForRuns = /Alarms(RunMissing|Silent)/.test(id);
      expect(Properties.ActionsEnabled, id).toEqual(listensForRuns ? ifArmed(true, false) : undefined);
    }
  });
});

it('the sandbox is armed from the start', async () => {
  const { jobs } = await stacksOf('sandbox');
  expect(defaultOf(jobs)).toMatchObject({ Default: 'true' });
});
