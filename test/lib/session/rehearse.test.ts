import { expect, it } from 'vitest';
import { fromMemory, rehearse } from '../../../lib/session/rehearse.ts';
import { startBox } from '../../sandbox/box/server.ts';
import { managersFor } from '../box/managers.ts';

it('rehearses every manager without a call to Box', async () => {
  await using box = await startBox();
  const answered: string[] = [];
  const managers = managersFor(box, {
    remainingMs: () => 0,
    transport: (request) => {
      answered.push(new URL(request.url).pathname);
      return fromMemory(request);
    },
  });
  await rehearse(managers);
  // The first reading method of `events` takes other parameters, and does not come so far.
  expect(answered).toHaveLength(Object.keys(managers).length - 1);
  expect(box.journal.entries.map(({ path }) => path)).toEqual(['/oauth2/token']);
});
