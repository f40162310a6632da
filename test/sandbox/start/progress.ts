import { styleText } from 'node:util';
import { until } from './interruption.ts';

export interface Progress {
  /**
   * Runs one step; on a terminal it is shown with its time, in a pipe nothing is.
   * @param work gets the interruption, and where it says so sees to its own end
   */
  step<T>(name: string, work: (interrupted: AbortSignal) => Promise<T>, options?: StepOptions): Promise<T>;
}

export interface StepOptions {
  /** What the work holds must not be left behind: an interruption waits until it has let go. */
  readonly endsItself?: boolean;
}

/** Steps on a terminal; silence where somebody else reads. */
export function progressOn(stream: NodeJS.WriteStream, interrupted: AbortSignal): Progress {
  return {
    async step(name, work, { endsItself = false } = {}) {
      const run = () => (endsItself ? work(interrupted) : until(interrupted, () => work(interrupted)));
      if (!stream.isTTY) return run();
      const startedAt = performance.now();
      stream.write(`  ${name} …`);
      try {
        const result = await run();
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
        stream.write(`\r\x1b[2K${styleText('green', '✓')} ${name} ${styleText('dim', `${seconds} s`)}\n`);
        return result;
      } catch (error) {
        stream.write(`\r\x1b[2K${styleText('red', '✗')} ${name}\n`);
        throw error;
      }
    },
  };
}
