import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Attempt } from '../../sandbox/aws/index.ts';
import { durableEnd, executionsOf } from '../../sandbox/durable-run.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { knock } from '../knock.ts';
import { activeUsers, marksIn, openRounds } from './rounds.ts';
import { type RoundsAssembly, stageOfRounds } from './stage-of-rounds.ts';

const job = 'mark-users';

let assembly: RoundsAssembly;
vi.setConfig({ testTimeout: 60_000 });
beforeAll(async () => {
  assembly = await stageOfRounds({ [job]: true });
});
afterAll(() => assembly[Symbol.asyncDispose]());

/** A run in which the parts of these users end their process. */
async function runWith(sandbox: Sandbox, fatal: readonly string[]): Promise<Pick<Attempt, 'outcome' | 'payload'>> {
  await knock(sandbox, 'Operations', { operation: 'run', job, id: 'poison', params: { fatal } });
  await vi.waitFor(async () => expect(await executionsOf(sandbox.lambda, sandbox.functionName(job))).toHaveLength(1));
  const { outcome, payload } = await durableEnd(sandbox.lambda, sandbox.aws, sandbox.functionName(job));
  return { outcome, payload };
}

it('a user whose part ends its process is lost alone, and the others of the shard are done', async () => {
  await using sandbox = await openRounds(assembly.folder, { users: 10 });
  const everyone = activeUsers(sandbox);
  const fatal = everyone.slice(2, 3);
  expect(await runWith(sandbox, fatal)).toMatchObject({ outcome: 'response', payload: { done: everyone.length - 1, failed: 1 } });
  expect([...marksIn(sandbox).keys()].toSorted()).toEqual(everyone.filter((id) => !fatal.includes(id)).toSorted());
});

it('so is one whose part ends its process before Lambda has been told that it began', async () => {
  await using sandbox = await openRounds(assembly.folder, { users: 6 });
  const everyone = activeUsers(sandbox);
  const fatal = everyone.slice(-1);
  // Whatever a process has said this lately before its end comes too late.
  sandbox.aws.faults.always({ action: 'lambda:CheckpointDurableExecution', principal: /Shar/ }, { kind: 'slow', milliseconds: 300 });
  expect(await runWith(sandbox, fatal)).toMatchObject({ outcome: 'response', payload: { done: everyone.length - 1, failed: 1 } });
  expect([...marksIn(sandbox).keys()].toSorted()).toEqual(everyone.filter((id) => !fatal.includes(id)).toSorted());
});
