import { contentStops } from './content.ts';
import { lastStops } from './last.ts';
import { peopleStops } from './people.ts';
import { sharingStops } from './sharing.ts';
import type { Stop } from './tour.ts';

/** Each route once, by Box's own SDK, in an order in which one can follow the other. */
export const everyRoute: readonly Stop[] = [...peopleStops, ...contentStops, ...sharingStops, ...lastStops];
