import { parseArgs } from 'node:util';
import { NightporterError } from '../../lib/errors.ts';

/** What was typed behind `npm run deploy --`. */
export interface DeployArguments {
  readonly stage: string;
  /** With `--arm` and `--disarm`. */
  readonly armed: boolean | undefined;
  /** Stacks with schedules that this deployment may touch. */
  readonly scheduled: readonly string[];
  /** For the CDK. */
  readonly words: readonly string[];
  /** Of the AWS CLI's configuration, where one is named. */
  readonly profile: string | undefined;
}

/** Ours, and those of the CDK that say which stage it is about; the CDK knows its others. */
const options = {
  arm: { type: 'boolean' },
  disarm: { type: 'boolean' },
  stage: { type: 'string' },
  context: { type: 'string', short: 'c' },
  profile: { type: 'string' },
} as const;

/**
 * Reads what `cdk deploy` is asked for. `--stage NAME` is short for `--context stage=NAME`; `--arm` and `--disarm` set a parameter of the stacks
 * with schedules, which later deployments keep; everything else is handed on.
 * @throws NightporterError `COMMAND_INVALID`
 */
export function deployArguments(args: readonly string[]): DeployArguments {
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true });
  const given = tokens.filter((token) => token.kind === 'option');
  const valuesOf = (name: string) => given.filter((token) => token.name === name).map(({ value }) => value ?? '');
  const named = valuesOf('stage');
  if (named.some((name) => name === '' || name.startsWith('-'))) throw invalid('Name the stage behind --stage.');
  const stages = [...named, ...valuesOf('context').flatMap((value) => /^stage=(.*)$/.exec(value)?.[1] ?? [])];
  if (stages.length > 1) throw invalid(`Name one stage: these are ${stages.join(' and ')}.`);
  const [stage = 'dev'] = stages;
  const ours = given.filter(({ name }) => name === 'stage' || name === 'arm' || name === 'disarm');
  const taken = new Set(ours.flatMap(({ index, name, inlineValue }) => (name === 'stage' && !inlineValue ? [index, index + 1] : [index])));
  const rest = args.filter((_, index) => !taken.has(index));
  const stacks = rest.filter((word) => word.startsWith('Nightporter-'));
  const armed = armedBy(given.map(({ name }) => name));
  const scheduled = ['Jobs', 'Webhooks'].map((name) => `Nightporter-${stage}-${name}`).filter((name) => isAmong(name, stacks));
  if (armed !== undefined && scheduled.length === 0) {
    throw invalid(`Name the stack whose schedules are to be armed or disarmed, or none: ${stacks.join(' and ')} has no schedules.`);
  }
  const words = [
    ...['deploy', ...(stacks.length > 0 ? [] : ['--all']), ...rest],
    ...(named.length > 0 ? ['--context', `stage=${stage}`] : []),
    ...(armed === undefined ? [] : armedParameters(new Map(scheduled.map((name) => [name, armed])))),
  ];
  return { stage, armed, scheduled, words, profile: valuesOf('profile').at(-1) };
}

/** The CDK passes over the parameters of a stack that the stage does not have. */
export function armedParameters(armed: ReadonlyMap<string, boolean>): readonly string[] {
  return [...armed].flatMap(([stack, value]) => ['--parameters', `${stack}:Armed=${value}`]);
}

function armedBy(names: readonly string[]): boolean | undefined {
  const [arm, disarm] = [names.includes('arm'), names.includes('disarm')];
  if (arm && disarm) throw invalid('Choose one of --arm and --disarm.');
  return arm || disarm ? arm : undefined;
}

/** None stands for all of them; and the CDK takes patterns. */
function isAmong(name: string, stacks: readonly string[]): boolean {
  const patterns = stacks.filter((stack) => /^[\w*?-]+$/.test(stack)).map((stack) => stack.replaceAll('*', '.*').replaceAll('?', '.'));
  return stacks.length === 0 || patterns.some((pattern) => new RegExp(`^${pattern}$`).test(name));
}

function invalid(sentence: string): NightporterError {
  return new NightporterError('COMMAND_INVALID', sentence);
}
