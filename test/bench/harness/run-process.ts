import { join } from 'node:path';
import { runChild } from './run-child.ts';

const harness = join(import.meta.dirname, 'process.mjs');

export interface FunctionProcess {
  /** Absolute path of the function's `index.mjs`. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
  /** File that takes the process into a group with a processor quota once it has loaded. */
  readonly group?: string;
  /** The one processor that it may use. */
  readonly processor?: number | undefined;
}

/** Of one process. */
export type Figures = Readonly<{
  /** Of the import. */
  initMs: number;
  /** Of the one call. */
  callMs: number;
  /** From start to end, as the parent sees it. */
  wallMs: number;
  /** Peak resident memory. */
  peakMiB: number;
}>;

interface Told {
  readonly figures: Omit<Figures, 'wallMs'>;
  readonly answer: unknown;
}

/** One function, loaded and called once in a process of its own. @throws Error when it does not get to an answer */
export async function runProcess({ file, group, ...options }: FunctionProcess): Promise<Figures> {
  const { told, wallMs } = await runChild<Told>([harness, file, ...(group ? [group] : [])], options);
  return { ...told.figures, wallMs };
}

/** The same, for what the function answers. */
export async function answerOf<T>({ file, ...options }: FunctionProcess): Promise<T> {
  const { told } = await runChild<Told>([harness, file], options);
  return told.answer as T;
}
