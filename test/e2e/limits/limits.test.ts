import { expect, it, vi } from 'vitest';
import { openSandbox } from '../../sandbox/sandbox.ts';
import { heldBack } from '../held-back.ts';
import { stageOfRounds } from '../rounds/stage-of-rounds.ts';

const jobs = ['night-calls', 'day-calls', 'plain-calls'];

/** Box allows less here than anybody thinks, in a minute of ten seconds. */
const box = { users: 1, contentFolders: 1, ratePerMinute: 100, rateWindowSeconds: 10 };

it('jobs in steps that are refused pause, and so does one that begins meanwhile: none calls before that is over', {
  timeout: 120_000,
}, async () => {
  await using assembly = await stageOfRounds(Object.fromEntries(jobs.map((job) => [job, true])), import.meta.dirname);
  await using sandbox = await openSandbox({ assembly: assembly.folder, box });
  await sandbox.putSecret();
  const calls = () => sandbox.box.journal.entries.filter(({ path }) => path === '/2.0/users/me');
  const refused = () => calls().filter(({ status }) => status === 429);
  const early = ['night-calls', 'day-calls'].map((job) => sandbox.run(job));
  const pauseUntil = await vi.waitFor(
    async () => {
      const until = Math.max(...(await heldBack(sandbox)).values());
      expect(until).toBeGreaterThan(Date.now());
      return until;
    },
    { timeout: 60_000, interval: 50 },
  );
  const present = new Set(calls().map(({ tokenFingerprint }) => tokenFingerprint));
  const ended = await Promise.all([...early, sandbox.run('plain-calls')]);
  expect(ended.map(({ outcome }) => outcome)).toEqual(['response', 'response', 'response']);
  // Each container has a token of its own.
  const tooEarly = calls().filter(({ at, tokenFingerprint }) => at < pauseUntil && !present.has(tokenFingerprint));
  console.info(
    `${calls().length} calls for 180: ${refused().length} refused, and ${tooEarly.length} of a newcomer before the pause was over`,
  );
  expect(calls().length - refused().length).toBe(180);
  // Four that each of the two had under way.
  expect(refused().length).toBeLessThanOrEqual(8);
  expect(tooEarly).toEqual([]);
  expect(refused().filter(({ at }) => at > Number(refused()[0]?.at) + 5_000)).toEqual([]);
});
