import { afterEach, beforeEach, expect, test } from 'vitest';
import { assemble } from '../fixture/assemble.ts';
import { type Aws, startAws } from '../index.ts';

let aws: Aws;
beforeEach(async () => {
  aws = await startAws({ assembly: 'none' });
});
afterEach(() => aws.stop());

const switched = (Default: string) =>
  assemble({
    Parameters: { On: { Type: 'String', Default, AllowedValues: ['yes', 'no'] } },
    Outputs: { isOn: { Value: { Ref: 'On' } } },
  });

const isOn = () => aws.outputs('Test').isOn;

test('a parameter has its default, until a deployment gives it a value, which later ones keep', async () => {
  await aws.deploy(switched('no'));
  expect(isOn()).toBe('no');
  await aws.deploy(switched('no'), { parameters: { 'Test:On': 'yes', 'Other:On': 'no' } });
  expect(isOn()).toBe('yes');
  await aws.deploy(switched('no'));
  expect(isOn()).toBe('yes');
});

test('a default that changed does not change a stack that is there', async () => {
  await aws.deploy(switched('no'));
  await aws.deploy(switched('yes'));
  expect(isOn()).toBe('no');
});

test('a value that is not allowed and a name that is not known are refused', async () => {
  await expect(aws.deploy(switched('no'), { parameters: { 'Test:On': 'perhaps' } })).rejects.toThrow("the parameter On can't be perhaps");
  await expect(aws.deploy(switched('no'), { parameters: { 'Test:Off': 'yes' } })).rejects.toThrow('it has no parameter Off');
});
