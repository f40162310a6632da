import { Command, CommanderError } from 'commander';
import { type ExitCode, type GlobalOptions, openCli } from './cli.ts';
import { approveCommand } from './command/approve.ts';
import { deliveriesListCommand } from './command/deliveries-list.ts';
import { deliveriesRedriveCommand } from './command/deliveries-redrive.ts';
import { deliveriesReplayCommand } from './command/deliveries-replay.ts';
import { deliveriesShowCommand } from './command/deliveries-show.ts';
import { doctorCommand } from './command/doctor.ts';
import { pauseCommand } from './command/pause.ts';
import { planShowCommand } from './command/plan-show.ts';
import { redriveCommand } from './command/redrive.ts';
import { rejectCommand } from './command/reject.ts';
import { reportOpenCommand } from './command/report-open.ts';
import { resumeCommand } from './command/resume.ts';
import { runCommand } from './command/run.ts';
import { runsFollowCommand } from './command/runs-follow.ts';
import { runsListCommand } from './command/runs-list.ts';
import { runsShowCommand } from './command/runs-show.ts';
import { secretAdmitCommand } from './command/secret-admit.ts';
import { secretPromoteCommand } from './command/secret-promote.ts';
import { secretPutCommand } from './command/secret-put.ts';
import { secretStageCommand } from './command/secret-stage.ts';
import { secretStatusCommand } from './command/secret-status.ts';
import { statusCommand } from './command/status.ts';
import { stopCommand } from './command/stop.ts';
import { tokenPeekCommand } from './command/token-peek.ts';
import { versionsPruneCommand } from './command/versions-prune.ts';
import { reportFailure } from './failure.ts';
import type { Perform } from './perform.ts';
import type { Terminal } from './terminal.ts';

const description = `Looks after a deployed stage of Nightporter: its Box apps, their secrets and tokens, its runs and
reports.

What is deployed is found by the outputs of the stage's stacks; credentials for AWS come from the
environment, as for the AWS CLI.`;

const examples = `
Examples:
  $ npx nightporter doctor                                 # why does Box refuse?
  $ npx nightporter secret put < credentials.json          # put a Box app's credentials
  $ npx nightporter status --stage production              # what ran, what failed, what is missing
  $ npx nightporter help secret stage                      # more of one command

Against a sandbox (npm start -- --keep): --stage sandbox, with AWS_ENDPOINT_URL and BOX_ENDPOINT_URL
set to the addresses that it printed.`;

/** Parses and performs one command line. @returns the exit code; never throws, never ends the process */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const perform: Perform = async (command, work) => {
    const cli = openCli(command.optsWithGlobals<GlobalOptions>(), terminal);
    try {
      exitCode = await work(cli);
    } catch (error) {
      exitCode = reportFailure(error, cli);
    }
  };
  try {
    await program(perform, terminal).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportFailure(error, { json: false, terminal });
    // Asked for help, or mistyped: the parser has said so already.
    return error.exitCode === 0 ? 0 : 2;
  }
  return exitCode;
}

function program(perform: Perform, terminal: Terminal): Command {
  const root = new Command('nightporter')
    .description(description)
    .option('--stage <name>', 'stage that the command is about', 'dev')
    .option('--stack <name>', 'stack that holds the stage, where an app of your own makes it; repeat it for several', collect)
    .option('--region <name>', 'AWS Region; as the AWS CLI finds it if left out')
    .option('--json', 'print JSON and nothing else')
    .addHelpText('after', examples);
  const secret = group('secret', "a Box app's credentials: put, replace, look at", [
    secretAdmitCommand(perform),
    secretPutCommand(perform),
    secretStageCommand(perform),
    secretPromoteCommand(perform),
    secretStatusCommand(perform),
  ]);
  const token = group('token', 'access tokens that are out', [tokenPeekCommand(perform)]);
  const report = group('report', 'published reports', [reportOpenCommand(perform)]);
  const deliveries = group('deliveries', 'what Box sent to the webhooks, and what became of it', [
    deliveriesListCommand(perform),
    deliveriesShowCommand(perform),
    deliveriesRedriveCommand(perform),
    deliveriesReplayCommand(perform),
  ]);
  const runs = group('runs', 'what ran and how it ended', [runsListCommand(perform), runsShowCommand(perform), runsFollowCommand(perform)]);
  const plan = group('plan', 'what jobs would change', [planShowCommand(perform)]);
  const versions = group('versions', 'versions of functions that are kept for runs under way', [versionsPruneCommand(perform)]);
  const commands = [
    ...[doctorCommand(perform), statusCommand(perform), runCommand(perform), redriveCommand(perform), runs, plan],
    ...[approveCommand(perform), rejectCommand(perform), stopCommand(perform), pauseCommand(perform), resumeCommand(perform)],
    ...[deliveries, report, secret, token, versions],
  ];
  for (const command of commands) root.addCommand(command);
  return inherit(root, terminal);
}

function collect(name: string, before: readonly string[] = []): readonly string[] {
  return [...before, name];
}

function group(name: string, summary: string, commands: readonly Command[]): Command {
  const parent = new Command(name).description(summary);
  for (const command of commands) parent.addCommand(command);
  return parent;
}

/** Commander's settings go to subcommands that it makes itself, not to those that are added. */
function inherit(command: Command, terminal: Terminal): Command {
  command
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for what there is)')
    .configureHelp({ showGlobalOptions: true, helpWidth: 110 })
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      outputError: (text, write) => write(withoutValues(text)),
      getOutHasColors: () => terminal.stdout.isTTY === true,
      getErrHasColors: () => terminal.stderr.isTTY === true,
    });
  for (const child of command.commands) inherit(child, terminal);
  return command;
}

/** Somebody may have typed a secret where none belongs: the parser would repeat it. */
function withoutValues(complaint: string): string {
  return complaint.replace(/( but got \d+): .*$/m, '$1.').replace(/(unknown option '[^'=]*)=.*'/, "$1'");
}
