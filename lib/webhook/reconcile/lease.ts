import { randomUUID } from 'node:crypto';
import { NightporterError } from '../../errors.ts';
import { wait } from '../../http/wait.ts';

/** Where one lease stands; times in ms since the epoch. */
export interface LeaseBook {
  /** Unless somebody else's has not ended yet. @returns whether it is this owner's now */
  take(owner: string, until: number, now: number): Promise<boolean>;
  /** @returns whether it was this owner's still: nobody has had it in between */
  keep(owner: string, until: number): Promise<boolean>;
}

/** The webhooks of one Box app, for one round alone; given back at its end. */
export interface Lease extends AsyncDisposable {
  /** Before each change, for another two minutes. @throws NightporterError `WEBHOOKS_TAKEN_OVER` */
  renew(): Promise<void>;
}

export interface LeaseParts {
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Longer than one step takes; so long is waited for one who died. */
const leaseMs = 2 * 60_000;
const pauseMs = 500;

/**
 * A deployment, a person and the schedule may come at once, and each would hold on to what it has read: one would make again what the
 * other had to remove, and nobody would know whose it is. So one comes after the other, and reads what is wanted only then.
 * @throws the signal's reason where its turn has not come by then
 */
export async function takeLease(book: LeaseBook, { now, signal, pause = wait }: LeaseParts): Promise<Lease> {
  const owner = randomUUID();
  while (!(await book.take(owner, now() + leaseMs, now()))) await pause(pauseMs, signal);
  return {
    async renew() {
      if (await book.keep(owner, now() + leaseMs)) return;
      const sentence = 'Leave it to the next round: a step took longer than it may, and another round has seen to the webhooks meanwhile.';
      throw new NightporterError('WEBHOOKS_TAKEN_OVER', sentence);
    },
    async [Symbol.asyncDispose]() {
      // What can't be given back ends by itself.
      await book.keep(owner, 0).catch(() => false);
    },
  };
}
