import { PassThrough } from 'node:stream';
import { run } from '../../../infra/cli/program.ts';

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line as it stands after `npx nightporter`, in this process; what it reads of the environment is this process's. */
export function typed(...args: readonly string[]): Promise<Ran> {
  return typedWith('', ...args);
}

/** @param input standard input, as from a pipe */
export async function typedWith(input: string, ...args: readonly string[]): Promise<Ran> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(input);
  const exitCode = await run(args, { stdin, stdout, stderr });
  return { exitCode, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

/** What a command writes to standard error where that is a terminal, or none. */
export async function typedInto({ isTTY }: { readonly isTTY: boolean }, ...args: readonly string[]): Promise<string> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), Object.assign(new PassThrough(), { isTTY })];
  await run(args, { stdin, stdout, stderr });
  return String(stderr.read() ?? '');
}
