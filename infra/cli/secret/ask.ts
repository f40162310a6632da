import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { NightporterError } from '../../../lib/errors.ts';
import type { Terminal } from '../terminal.ts';

/** Secrets Manager takes no more. */
const mostBytes = 65_536;

/** One question of a prompt, and what its answer is in the secret. */
export interface Question<K extends string> {
  readonly field: K;
  readonly label: string;
}

/** All of standard input. @throws NightporterError `SECRET_INVALID` */
export async function readAllInput({ stdin }: Terminal): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const buffer = Buffer.from(chunk as Uint8Array);
    bytes += buffer.length;
    if (bytes > mostBytes) throw new NightporterError('SECRET_INVALID', 'Give the JSON alone: Secrets Manager takes at most 64 KiB.');
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Asks field by field and shows nothing of what is typed.
 * @throws NightporterError `COMMAND_INVALID` when it is broken off
 */
export async function askHidden<K extends string>(
  { stdin, stderr }: Terminal,
  questions: readonly Question<K>[],
): Promise<Record<K, string>> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true, historySize: 0 });
  lines.on('SIGINT', () => lines.close());
  try {
    // The iterator keeps what is pasted before it is asked for.
    const typed = lines[Symbol.asyncIterator]();
    const answers: [K, string][] = [];
    for (const { field, label } of questions) {
      stderr.write(`${label} (hidden): `);
      const { value, done } = await typed.next();
      stderr.write('\n');
      if (done) throw new NightporterError('COMMAND_INVALID', 'Nothing was written: the prompt was broken off.');
      answers.push([field, value.trim()]);
    }
    return Object.fromEntries(answers) as Record<K, string>;
  } finally {
    lines.close();
  }
}
