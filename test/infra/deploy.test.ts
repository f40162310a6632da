import { describe, expect, it } from 'vitest';
import { deployArguments } from '../../infra/deploy/arguments.ts';

const typed = (line: string) => deployArguments(line.split(' ').filter(Boolean)).words.join(' ');

describe('npm run deploy', () => {
  it.each([
    ['', 'deploy --all'],
    ['--stage production', 'deploy --all --context stage=production'],
    ['--stage=production', 'deploy --all --context stage=production'],
    ['--context=stage=production', 'deploy --all --context=stage=production'],
    ['--stage=production Nightporter-production-Jobs', 'deploy Nightporter-production-Jobs --context stage=production'],
    ['--context a=b --stage night --profile x --app cdk.out', 'deploy --all --context a=b --profile x --app cdk.out --context stage=night'],
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
    ['--arm Nightporter-dev-Jobs', 'deploy Nightporter-dev-Jobs --parameters Nightporter-dev-Jobs:Armed=true'],
    [
      '--stage=night --arm Nightporter-night-*',
      'deploy Nightporter-night-* --context stage=night --parameters Nightporter-night-Jobs:Armed=true --parameters Nightporter-night-Webhooks:Armed=true',
    ],
  ])('%s', (line, expected) => {
    expect(typed(line)).toBe(expected);
  });

  it.each([
    ['--arm --disarm', 'Choose one of --arm and --disarm.'],
    ['--stage', 'Name the stage behind --stage.'],
    ['--stage --arm', 'Name the stage behind --stage.'],
    ['--stage=', 'Name the stage behind --stage.'],
    ['--stage dev --stage=production', 'Name one stage: these are dev and production.'],
    ['--stage dev -c stage=production', 'Name one stage: these are dev and production.'],
    [
      'Nightporter-dev-Foundation --arm',
      'Name the stack whose schedules are to be armed or disarmed, or none: Nightporter-dev-Foundation has no schedules.',
    ],
  ])('%s is refused', (line, sentence) => {
    expect(() => typed(line)).toThrow(sentence);
  });
});
