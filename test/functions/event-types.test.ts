import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import inactiveUsers from '../../functions/scheduled/inactive-users.ts';
import { eventTypes } from '../../lib/webhook/reconcile/happened.ts';
import { describedEventTypes, sdkEventTypes } from '../sandbox/box/events/listed-types.ts';

const description = process.env.BOX_OPENAPI;
const why = description ? '' : ' (skipped: BOX_OPENAPI does not name the file)';

/** Whatever asks for the enterprise's events; a type that Box does not list finds nothing there, for ever and in silence. */
const asking = [
  ['what webhooks have missed', eventTypes],
  ['signs of life', z.parse(inactiveUsers.params, {}).events],
] as const;

describe.each(asking)('every type of event that is asked for, for %s,', (_, types) => {
  it("is in the list of Box's SDK", () => {
    expect(sdkEventTypes.asked.size).toBeGreaterThan(100);
    expect(types.filter((type) => !sdkEventTypes.asked.has(type))).toEqual([]);
  });

  it.skipIf(!description)(`is in the list of Box's own description${why}`, () => {
    const described = describedEventTypes(description ?? '');
    expect(described.size).toBeGreaterThan(100);
    expect(types.filter((type) => !described.has(type))).toEqual([]);
  });
});
