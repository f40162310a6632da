import { expect, it, vi } from 'vitest';
import { durableEnd, executionsOf } from '../../sandbox/durable-run.ts';
import { knock } from '../knock.ts';
import { activeUsers, marksIn, openRounds } from './rounds.ts';
import { stageOfRounds } from './stage-of-rounds.ts';

const job = 'mark-users';

it('a user whose part ends its process is lost alone, and the others of the shard are done', { timeout: 60_000 }, async () => {
  await using assembly = await stageOfRounds({ [job]: true });
  await using sandbox = await openRounds(assembly.folder, { users: 10 });
  const everyone = activeUsers(sandbox);
  const fatal = everyone.slice(2, 3);
  await knock(sandbox, 'Operations', { operation: 'run', job, id: 'poison', params: { fatal } });
  await vi.waitFor(async () => expect(await executionsOf(sandbox.lambda, sandbox.functionName(job))).toHaveLength(1));
  const { outcome, payload } = await durableEnd(sandbox.lambda, sandbox.aws, sandbox.functionName(job));
  expect({ outcome, payload }).toMatchObject({ outcome: 'response', payload: { done: everyone.length - 1, failed: 1 } });
  expect([...marksIn(sandbox).keys()].toSorted()).toEqual(everyone.filter((id) => !fatal.includes(id)).toSorted());
});
