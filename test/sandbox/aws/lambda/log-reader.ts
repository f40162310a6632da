import { StringDecoder } from 'node:string_decoder';

/** Cuts a container's output into lines, and finds the marks that its preload writes at the end of each invocation. */
export class LogReader {
  readonly #decoder = new StringDecoder();
  readonly #onLine: (line: string) => void;
  readonly #onEnd: (requestId: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void, onEnd: (requestId: string) => void) {
    this.#onLine = onLine;
    this.#onEnd = onEnd;
  }

  read(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
  }

  /** The container is gone: what it left without a newline is a line too. */
  finish(): void {
    this.#take(this.#rest);
    this.#rest = '';
  }

  #take(line: string): void {
    const [text = '', requestId] = line.split('\0end ');
    if (text !== '') this.#onLine(text);
    if (requestId !== undefined) this.#onEnd(requestId);
  }
}
