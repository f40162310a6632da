import type { Command } from 'commander';
import type { Cli, ExitCode } from './cli.ts';

/** Runs a command's work with what its options say; the program turns the outcome into an exit code and a failure into one sentence. */
export type Perform = (command: Command, work: (cli: Cli) => Promise<ExitCode>) => Promise<void>;
