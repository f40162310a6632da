import { NightporterError } from '../../lib/errors.ts';

/**
 * What `cdk deploy` is asked for. `--stage NAME` is short for `--context stage=NAME`; `--arm` and `--disarm` set the stack's parameter,
 * which later deployments keep; everything else is handed on.
 * @throws NightporterError `COMMAND_INVALID`
 */
export function deployArguments(args: readonly string[]): readonly string[] {
  const rest = withoutStage(args.filter((arg) => arg !== '--arm' && arg !== '--disarm'));
  const armed = [...(args.includes('--arm') ? ['true'] : []), ...(args.includes('--disarm') ? ['false'] : [])];
  if (armed.length > 1) throw new NightporterError('COMMAND_INVALID', 'Choose one of --arm and --disarm.');
  const namesStacks = rest.some((arg) => arg.startsWith('Nightporter-'));
  // One that a stage does not have is passed over by the CDK.
  const stacks = ['Jobs', 'Webhooks'].map((name) => `Nightporter-${stageOf(rest)}-${name}`);
  const parameters = armed.flatMap((value) => stacks.flatMap((stack) => ['--parameters', `${stack}:Armed=${value}`]));
  return ['deploy', ...(namesStacks ? [] : ['--all']), ...rest, ...parameters];
}

function withoutStage(args: readonly string[]): readonly string[] {
  const index = args.indexOf('--stage');
  if (index < 0) return args;
  const stage = args[index + 1];
  if (stage === undefined || stage.startsWith('-')) throw new NightporterError('COMMAND_INVALID', 'Name the stage behind --stage.');
  return [...args.slice(0, index), '--context', `stage=${stage}`, ...args.slice(index + 2)];
}

/** As the CDK reads it: the last one counts. */
function stageOf(args: readonly string[]): string {
  const stages = args.flatMap((arg) => /^(?:(?:--context|-c)=)?stage=(.+)$/.exec(arg)?.[1] ?? []);
  return stages.at(-1) ?? 'dev';
}
