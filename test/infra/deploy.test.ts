import { describe, expect, it } from 'vitest';
import { deployArguments } from '../../infra/deploy/arguments.ts';

const typed = (line: string) => deployArguments(line.split(' ').filter(Boolean)).join(' ');

describe('npm run deploy', () => {
  it.each([
    ['', 'deploy --all'],
    ['--stage production', 'deploy --all --context stage=production'],
    ['--context stage=production --require-approval never', 'deploy --all --context stage=production --require-approval never'],
    ['Nightporter-dev-Foundation', 'deploy Nightporter-dev-Foundation'],
    ['--arm', 'deploy --all --parameters Nightporter-dev-Jobs:Armed=true --parameters Nightporter-dev-Webhooks:Armed=true'],
    [
      '--stage production --arm',
      'deploy --all --context stage=production --parameters Nightporter-production-Jobs:Armed=true --parameters Nightporter-production-Webhooks:Armed=true',
    ],
    [
      '-c stage=night --disarm',
      'deploy --all -c stage=night --parameters Nightporter-night-Jobs:Armed=false --parameters Nightporter-night-Webhooks:Armed=false',
    ],
  ])('%s', (line, expected) => {
    expect(typed(line)).toBe(expected);
  });

  it.each([
    ['--arm --disarm', 'Choose one of --arm and --disarm.'],
    ['--stage', 'Name the stage behind --stage.'],
    ['--stage --arm', 'Name the stage behind --stage.'],
  ])('%s is refused', (line, sentence) => {
    expect(() => typed(line)).toThrow(sentence);
  });
});
