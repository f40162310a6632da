import type { Place } from './place.ts';

/** What a tour does at one operation. */
export interface Stop {
  /** A call that is answered. @returns what came, or what shows that it was done */
  works(place: Place): Promise<unknown>;
  /** A call that is refused, and the error's name as AWS documents it for this operation; none where nothing can be wrong with a call. */
  readonly refused?: readonly [name: string, call: (place: Place) => Promise<unknown>];
}

/** By the name of the operation. */
export type Tour = Readonly<Record<string, Stop>>;
