import { GetDurableExecutionHistoryCommand } from '@aws-sdk/client-lambda';
import { expect, it } from 'vitest';
import { executionsOf } from '../../sandbox/durable-run.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { openRounds } from './rounds.ts';
import { stageOfRounds } from './stage-of-rounds.ts';

const job = 'look-at-named';

it('a list of more users than Box lets a run look up in a minute is read on after an unpaid wait, and nobody is asked for twice', {
  timeout: 60_000,
}, async () => {
  await using assembly = await stageOfRounds({ [job]: true });
  await using sandbox = await openRounds(assembly.folder, { users: 3 });
  const { outcome, payload } = await sandbox.run(job);
  expect({ outcome, payload }).toMatchObject({ outcome: 'response', payload: { users: 1 } });
  const asked = sandbox.box.journal.entries.filter(({ path }) => path.startsWith('/2.0/users/')).map(({ path }) => path);
  expect(asked).toHaveLength(1_101);
  expect(new Set(asked).size).toBe(asked.length);
  expect(sandbox.box.journal.entries.filter(({ status }) => status === 429)).toEqual([]);
  expect((await stepsOf(sandbox)).filter((name) => name.startsWith('roster'))).toEqual(['roster', 'roster waits', 'roster.1']);
});

/** Names of all that the coordinator's execution began. */
async function stepsOf({ lambda, functionName }: Sandbox): Promise<readonly string[]> {
  const [DurableExecutionArn] = await executionsOf(lambda, functionName(job));
  const { Events = [] } = await lambda.send(new GetDurableExecutionHistoryCommand({ DurableExecutionArn, MaxItems: 1_000 }));
  return Events.filter(({ EventType = '' }) => /^(Step|Wait)Started$/.test(EventType)).map(({ Name = '' }) => Name);
}
