import type { Target } from './wanted.ts';

interface Noted {
  readonly target: Target;
  /** When it was last seen at Box, in ms since the epoch; 0 when never. */
  readonly aliveAt: number;
  /** What happened while it was gone, and is still to be caught up with. */
  readonly missed?: Missed | undefined;
}

/** In ms since the epoch. */
export interface Missed {
  readonly since: number;
  /** When it was made again; undefined while it is gone. */
  readonly until?: number | undefined;
  /** How far the events of that time have been read: Box's stream position. */
  readonly position?: string | undefined;
}

/**
 * What we wrote down about our webhook on an item. The intention is written before the webhook is made: a crash between the two leaves
 * none that nobody knows.
 */
export type Note =
  | (Noted & {
      readonly state: 'intended';
      readonly address: string;
      /** Ids of all webhooks that there were: none of them can be the one that was made then. */
      readonly before: readonly string[];
    })
  | (Noted & {
      readonly state: 'created' | 'adopted';
      readonly id: string;
      /** What we asked Box for, the last time that it did as we asked: whatever else it has by now, somebody else has set. */
      readonly applied?: Applied | undefined;
    });

export interface Applied {
  readonly address: string;
  readonly triggers: readonly string[];
}

/** Where the notes of one owner are kept. */
export interface Notes {
  all(): Promise<readonly Note[]>;
  /** @param onlyOver in that state only: another reconcile of ours may have gone on from it. */
  put(note: Note, onlyOver?: Note['state']): Promise<void>;
  /** @param onlyIn that state. */
  remove(target: Target, onlyIn?: Note['state']): Promise<void>;
}
