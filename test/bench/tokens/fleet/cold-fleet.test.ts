import { expect, it } from 'vitest';
import { coldFleet } from './cold-fleet.ts';

it("gets one token by one read of the secret in the bench's world too, where the table is simulated", async () => {
  const { tokenRequests, secretReads, readyMs } = await coldFleet(50, 4, { shared: true });
  expect({ tokenRequests, secretReads, callers: readyMs.length }).toEqual({ tokenRequests: 1, secretReads: 1, callers: 200 });
});
