import { type AwsClientOptions, awsClientOptions } from '../../lib/http/aws-request-handler.ts';
import type { Terminal } from './terminal.ts';

/** 0: all is fine; 1: AWS or Box refuses something; 2: the command, the stage or the input is wrong. */
export type ExitCode = 0 | 1 | 2;

/** What every command is given. */
export interface Cli {
  readonly stage: string;
  /** Names of the stacks that hold it. */
  readonly stacks: readonly string[];
  /** Prints JSON and nothing else. */
  readonly json: boolean;
  readonly terminal: Terminal;
  /** For every client of the AWS SDK; the SDK finds credentials and endpoints in the environment by itself. */
  readonly aws: AwsClientOptions & { readonly region?: string };
  readonly now: () => number;
}

export interface GlobalOptions {
  readonly stage: string;
  readonly stack?: readonly string[];
  readonly region?: string;
  readonly json?: boolean;
}

export function openCli({ stage, stack, region, json = false }: GlobalOptions, terminal: Terminal): Cli {
  const stacks = stack ?? ['Foundation', 'Jobs', 'Webhooks'].map((name) => `Nightporter-${stage}-${name}`);
  return { stage, stacks, json, terminal, aws: { ...awsClientOptions(), ...(region !== undefined && { region }) }, now: Date.now };
}
