import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

export interface ChildOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** The one processor that it may use. */
  readonly processor?: number | undefined;
  /** Where its log lines go: to a pipe that is read, as in Lambda, if left out. */
  readonly log?: 'pipe' | 'ignore';
}

export interface Told<T> {
  /** What the process wrote, as JSON, to file descriptor 3. */
  readonly told: T;
  /** From its start to its end, as its parent sees it. */
  readonly wallMs: number;
}

/** Runs a script in a Node process of its own. @throws Error with what it complained of when it told nothing */
export async function runChild<T>(script: readonly string[], { environment, processor, log = 'pipe' }: ChildOptions): Promise<Told<T>> {
  const pinned = processor === undefined ? [] : ['taskset', '-c', String(processor)];
  const [program = '', ...words] = [...pinned, process.execPath, ...script];
  const startedAt = performance.now();
  const child = spawn(program, words, { env: environment, stdio: ['ignore', log, 'pipe', 'pipe'] });
  const ended = new Promise<number>((resolve, reject) => child.on('error', reject).on('exit', () => resolve(performance.now())));
  child.stdout?.resume();
  const [, , complaints, figures] = child.stdio as readonly unknown[] as [unknown, unknown, Readable, Readable];
  const [told, complaint, endedAt] = await Promise.all([text(figures), text(complaints), ended]);
  if (told === '') throw new Error(`${script.join(' ')} ended without an answer:\n${complaint}`);
  return { told: JSON.parse(told) as T, wallMs: endedAt - startedAt };
}
