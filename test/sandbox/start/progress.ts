import { styleText } from 'node:util';

export interface Progress {
  /** Runs one step; on a terminal it is shown with its time, in a pipe nothing is. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** Steps on a terminal; silence where somebody else reads. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  return {
    async step(name, work) {
      if (!stream.isTTY) return work();
      const startedAt = performance.now();
      stream.write(`  ${name} …`);
      try {
        const result = await work();
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
