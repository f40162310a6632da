import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export interface RuntimeProcessOptions {
  readonly taskRoot: string;
  /** All that the process gets: nothing of the sandbox's own environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** How far the sandbox's clock is ahead of the machine's; absent when it is the machine's. */
  readonly clockOffset: number | undefined;
}

const runtime = createRequire(import.meta.url).resolve('aws-lambda-ric');
const preload = fileURLToPath(new URL('preload.cjs', import.meta.url));
const clock = fileURLToPath(new URL('clock.cjs', import.meta.url));

/** Windows has no process groups: there only the process itself is reached. */
const hasGroups = process.platform !== 'win32';

/** A process of AWS's own Node runtime, at the head of a process group of its own. @param address of its Runtime API */
export function spawnRuntime({ taskRoot, environment, clockOffset }: RuntimeProcessOptions, address: string): ChildProcess {
  const preloads = clockOffset === undefined ? [preload] : [clock, preload];
  const words = [...heapFlags(environment), ...preloads.flatMap((file) => ['--require', file]), runtime, String(clockOffset)];
  return spawn(process.execPath, words, {
    cwd: taskRoot,
    env: { ...environment, AWS_LAMBDA_RUNTIME_API: address },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: hasGroups,
  });
}

/** Half of a tenth of the memory for the young generation, nine for the old one; nothing where the function's own `NODE_OPTIONS` say either: as Lambda's launcher does. */
function heapFlags({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE, NODE_OPTIONS = '' }: RuntimeProcessOptions['environment']): readonly string[] {
  const memoryMiB = Number(AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  if (/max[-_](semi|old)[-_]space[-_]size/.test(NODE_OPTIONS) || !memoryMiB) return [];
  const young = Math.floor(memoryMiB / 10);
  return [`--max-semi-space-size=${Math.floor(young / 2)}`, `--max-old-space-size=${memoryMiB - young}`];
}

/** To the process and to all that it has started. @returns whether there was anybody to get it */
export function signalGroup(child: ChildProcess, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): boolean {
  if (!hasGroups || child.pid === undefined) return child.kill(signal);
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}
