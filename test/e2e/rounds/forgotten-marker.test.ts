import { expect, it, vi } from 'vitest';
import { durableEnd, executionsOf } from '../../sandbox/durable-run.ts';
import { knock } from '../knock.ts';
import { activeUsers, openRounds, reportFiles } from './rounds.ts';
import { stageOfRounds } from './stage-of-rounds.ts';

const job = 'lose-marker';

it('a user whose walk stood at a marker that Box has forgotten is begun again once, and has each row once', {
  timeout: 60_000,
}, async () => {
  await using assembly = await stageOfRounds({ [job]: true });
  await using sandbox = await openRounds(assembly.folder, { users: 5 });
  const everyone = activeUsers(sandbox);
  const numbers = { done: everyone.length, failed: 0, walked: everyone.length };
  expect(await sandbox.run(job)).toMatchObject({ outcome: 'response', payload: numbers });
  const rows = (await reportFiles(sandbox)).get('rows.ndjson')?.trim().split('\n') ?? [];
  expect(rows.map((row) => JSON.parse(row).user).toSorted()).toEqual(everyone.toSorted());

  await knock(sandbox, 'Operations', { operation: 'run', job, id: 'always', params: { always: true } });
  await vi.waitFor(async () => expect(await executionsOf(sandbox.lambda, sandbox.functionName(job))).toHaveLength(2));
  const ended = await durableEnd(sandbox.lambda, sandbox.aws, sandbox.functionName(job));
  expect(ended).toMatchObject({ payload: { done: 0, failed: everyone.length } });
});
