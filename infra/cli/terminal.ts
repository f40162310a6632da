import type { Readable, Writable } from 'node:stream';
import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Where a command reads and writes: a process's three streams, or a test's. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

/** Colours `text` where the stream shows colours: never in a pipe or a file, nor where `NO_COLOR` is set. */
export function painter(stream: Terminal['stdout']): (format: Format, text: string) => string {
  return (format, text) => (stream.isTTY ? styleText(format, text, { stream }) : text);
}
