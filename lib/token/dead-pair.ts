import { untilAborted } from '../http/wait.ts';
import type { BoxClock } from './box-clock.ts';
import type { Credentials } from './credentials.ts';

/** Box's answer about a pair stands for so long: a list of users who can't be used costs one question in this time, not one for each. */
const answerStandsMs = 3_000;

export interface DeadPairOptions {
  readonly clock: BoxClock;
  /** One grant for the app itself. @returns whether Box refuses it */
  readonly isRefused: (used: Credentials) => Promise<boolean>;
}

/** Whether the pair itself is what Box refuses. @throws what kept Box from answering, or the signal's reason */
export type IsPairDead = (used: Credentials, signal: AbortSignal | undefined) => Promise<boolean>;

/**
 * A grant from before the refusal says nothing, however young: the secret may have been reset in between. So Box is asked anew, once for all
 * who want to know at the same time.
 */
export function deadPairCheck({ clock, isRefused }: DeadPairOptions): IsPairDead {
  let asked: { readonly versionId: string; readonly mark: number; readonly answer: Promise<boolean> } | undefined;
  return (used, signal) => {
    const mark = clock.mark();
    if (asked?.versionId !== used.versionId || mark - asked.mark >= answerStandsMs) {
      const answer = isRefused(used);
      asked = { versionId: used.versionId, mark, answer };
      answer.catch(() => {
        if (asked?.answer === answer) asked = undefined;
      });
    }
    return untilAborted(asked.answer, signal);
  };
}
