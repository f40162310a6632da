import { openSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.ts';

/** A sandbox whose time is made: waits of hours pass when nothing runs. */
export async function openRounds(assembly: string, box: SandboxOptions['box'], aws: SandboxOptions['aws'] = {}): Promise<Sandbox> {
  const sandbox = await openSandbox({
    assembly,
    box: { ...box, journalLimit: 5_000_000 },
    aws: { now: Date.now, skipsWaits: true, ...aws },
  });
  await sandbox.putSecret();
  return sandbox;
}

/** What the job has left behind in Box, by user: from Box's own journal, in no order. */
export function marksIn({ box }: Sandbox): ReadonlyMap<string, number> {
  const made = box.journal.effects.filter(({ action }) => action === 'ITEM_CREATE');
  return new Map([...Map.groupBy(made, ({ subject }) => subject)].map(([user, effects]) => [user, effects.length]));
}

export async function reportFiles(sandbox: Sandbox): Promise<ReadonlyMap<string, string>> {
  const keys = (await sandbox.reportKeys()).filter((key) => key.startsWith('reports/'));
  const files = keys.map(
    async (key) => [key.slice(key.lastIndexOf('/') + 1), Buffer.from(await sandbox.readReport(key)).toString()] as const,
  );
  return new Map(await Promise.all(files));
}

/** Ids of those whom Box grants tokens. */
export function activeUsers({ box: { enterprise } }: Sandbox): readonly string[] {
  const users = Array.from({ length: enterprise.users }, (_, nth) => enterprise.listed(nth));
  return users.filter(({ status }) => status === 'active').map(({ id }) => id);
}
