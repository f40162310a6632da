import { Readable } from 'node:stream';
import type { Transport } from '../box/network-client.ts';

/** A page without entries; nothing leaves the container. */
export const fromMemory: Transport = async () => ({ status: 200, headers: {}, body: Readable.from([Buffer.from('{"entries":[]}')]) });

/**
 * Calls one reading method of each manager, so that what the first call needs is compiled in init and not in the throttled invocation. Whatever
 * the method makes of such an answer is as good as any.
 * @param managers over `fromMemory`
 */
export async function rehearse(managers: Readonly<Record<string, unknown>>): Promise<void> {
  for (const manager of Object.values(managers)) {
    const methods = manager as Readonly<Record<string, (id: string, parameters: object) => Promise<unknown>>>;
    const name = Object.getOwnPropertyNames(Object.getPrototypeOf(manager)).find((method) => method.startsWith('get'));
    if (name !== undefined) await methods[name]?.('0', {}).catch(() => undefined);
  }
}
