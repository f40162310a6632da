import { tokensTable } from '../../lib/run/table.ts';
import { openWorld } from '../../lib/token/fleet/fleet-world.ts';
import { startProcesses } from '../../lib/token/fleet/processes.ts';
import { measured, type Result } from '../result.ts';
import { tokenRequestMs } from './fleet/slow.ts';

const count = 50;

/** The same cold start in real processes, with a DynamoDB and a KMS on loopback. */
export async function processes(): Promise<readonly Result[]> {
  await using table = await tokensTable();
  await using world = await openWorld({ table, startAt: Date.now() });
  world.box.faults.always({ path: '/oauth2/token' }, { kind: 'slow', milliseconds: tokenRequestMs });
  const told = await startProcesses(count, world, table.name);
  return [
    measured('fleet50.token_requests', world.requests({ operation: 'token' })),
    measured('fleet50.secret_reads', world.requests({ service: 'secrets' })),
    measured('fleet50.ready_ms', Math.max(...told.map(({ readyMs }) => readyMs))),
  ];
}
