import { afterAll, beforeAll, expect, it } from 'vitest';
import { itemId, within } from '../../sandbox/box/enterprise/content-tree.ts';
import { executionsOf } from '../../sandbox/durable-run.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { knock } from '../knock.ts';
import type { RoundsAssembly } from '../rounds/stage-of-rounds.ts';
import { bookOf, changesIn, job, openCompany, openLinks, stageThatChanges, waitingPlan } from './changes.ts';

let restricting: RoundsAssembly;
let removing: RoundsAssembly;
beforeAll(async () => {
  restricting = await stageThatChanges('approve');
  removing = await stageThatChanges('enforce', { params: { rules: [{ do: 'remove' }] } });
}, 120_000);
afterAll(() => Promise.all([restricting, removing].map((each) => each[Symbol.asyncDispose]())));

/** The access of links by item, as the simulator knows. */
function accessOf({ box }: Sandbox, ids: readonly string[]): readonly (string | undefined)[] {
  const users = Array.from({ length: box.enterprise.users }, (_, nth) => box.enterprise.listed(nth));
  const items = new Map(users.flatMap((user) => [...within(box.enterprise.content(user).root)]).map((item) => [itemId(item), item]));
  return ids.map((id) => items.get(id)?.more?.link?.access);
}

it('a plan that was made before a deployment is applied as it was made, once, by the version that made it: deployed while it waits, and while it is applied', async () => {
  const hooks = { onExchange: (_: { readonly method: string }) => {} };
  await using sandbox = await openCompany(restricting, { onExchange: (exchange) => hooks.onExchange(exchange) });
  const open = openLinks(sandbox);
  const ended = sandbox.run(job);
  const { run, sha256, versionId } = await waitingPlan(sandbox);
  await sandbox.aws.deploy(removing.folder);
  let again: Promise<unknown> | undefined;
  hooks.onExchange = ({ method }) => {
    if (method === 'PUT') again ??= sandbox.aws.deploy(restricting.folder);
  };
  const decision = { verdict: 'approved', job, run, sha256, versionId, reason: 'Agreed' };
  expect(await knock(sandbox, 'Approvals', decision)).toMatchObject({ status: 200, answer: { woken: true } });
  expect(await ended).toMatchObject({ outcome: 'response', executedVersion: '1', payload: { planned: open.length, applied: open.length } });
  expect(again).toBeDefined();
  await again;
  expect(new Set(accessOf(sandbox, open))).toEqual(new Set(['company']));
  expect(changesIn(sandbox)).toBe(open.length);
  expect(await bookOf(sandbox, 'ledger.ndjson')).toHaveLength(open.length);
  const versions = (await executionsOf(sandbox.lambda, sandbox.shardsOf(job))).map((arn) => /:(\d+)\/durable-execution/.exec(arn)?.[1]);
  expect(new Set(versions)).toEqual(new Set(['1']));
});
