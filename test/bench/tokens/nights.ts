import { closeConnections } from '../../../lib/http/origin.ts';
import { tokensTable } from '../../lib/run/table.ts';
import { openWorld, type World } from '../../lib/token/fleet/fleet-world.ts';
import { goBy } from '../../lib/token/fleet/go-by.ts';
import { run } from '../../lib/token/fleet/run.ts';
import { troubles } from '../../lib/token/fleet/trouble.ts';
import { measured, type Result } from '../result.ts';

const fleetSize = 20;
const enterprise = { type: 'enterprise' } as const;

/** Runs that fail in two bad nights, on a clock of their own. */
export async function nights(): Promise<readonly Result[]> {
  const results = [measured('rotation.failed_runs', await rotation()), measured('storedown.failed_runs', await storeDown())];
  closeConnections();
  return results;
}

const addContainers = (world: World) => Array.from({ length: fleetSize }, () => world.addContainer());
const failures = (outcomes: readonly { readonly error: unknown }[]) => outcomes.filter(({ error }) => error !== undefined).length;

/** The secret is reset ten minutes before the new one is put; tokens end in between; one run after the other in each container. */
async function rotation(): Promise<number> {
  let failed = 0;
  for (const oldLives of [false, true]) {
    await using world = await openWorld();
    const fleet = addContainers(world);
    const everyone = () => goBy(world, Promise.all(fleet.map((container) => run(world, container, enterprise))));
    failed += failures(await everyone());
    world.pass(3_300_000);
    world.secret.reset({ oldLives });
    world.after(600_000, () => world.secret.promote());
    for (const until = world.trueTime() + 1_200_000; world.trueTime() < until; world.pass(30_000)) failed += failures(await everyone());
  }
  return failed;
}

/** Store and KMS down in every way, from cold start to cold start. */
async function storeDown(): Promise<number> {
  await using table = await tokensTable();
  const failed = await Promise.all(
    troubles.map(async (trouble) => {
      await using world = await openWorld({ table });
      world.internet.always('store', trouble);
      world.internet.always('kms', trouble);
      let failures = 0;
      for (let hour = 0; hour < 3; hour++, world.pass(3_600_000)) {
        const outcomes = await goBy(world, Promise.all(addContainers(world).map((container) => run(world, container, enterprise))));
        failures += outcomes.filter(({ error }) => error !== undefined).length;
      }
      return failures;
    }),
  );
  return failed.reduce((sum, count) => sum + count, 0);
}
