import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { RunPlace } from './run-place.ts';
import { type Switches, switches } from './switches.ts';

export interface HaltSwitch {
  /** What operators have switched, looked up at most every five seconds: what is under way is never more than a step behind. */
  look(): Promise<Switches>;
}

const freshMs = 5_000;

export function haltSwitch(client: DynamoDBClient, table: string, place: RunPlace, now: () => number = Date.now): HaltSwitch {
  let known: { readonly at: number; readonly halt: Promise<Switches> } | undefined;
  return {
    look() {
      if (known && Math.abs(now() - known.at) < freshMs) return known.halt;
      const halt = switches(client, table, place);
      known = { at: now(), halt };
      // What could not be asked is asked again by the next one.
      halt.catch(() => {
        known = undefined;
      });
      return halt;
    },
  };
}
