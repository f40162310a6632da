import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Certificate } from './certificate.ts';

/** An https server on loopback in a process of its own. */
export interface Origin extends Disposable {
  /** Such as `https://127.0.0.1:49152`. */
  readonly url: string;
  readonly processId: number | undefined;
}

export async function startOrigin(certificate: Certificate): Promise<Origin> {
  const child = fork(join(import.meta.dirname, 'server.ts'));
  child.send(certificate);
  const [port] = await once(child, 'message');
  return { url: `https://127.0.0.1:${port}`, processId: child.pid, [Symbol.dispose]: () => child.disconnect() };
}
