import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { vi } from 'vitest';
import { plansWaiting, type Waiting } from '../../../lib/run/approval/waiting.ts';
import { itemId, within } from '../../sandbox/box/enterprise/content-tree.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/sandbox.ts';
import { openRounds } from '../rounds/rounds.ts';
import { type RoundsAssembly, stageOfRounds } from '../rounds/stage-of-rounds.ts';

export const job = 'open-shared-links';

const root = join(import.meta.dirname, '../../..');

/** What a night in a small company may change: rules for all open links, and room for them. */
const generous = { params: { rules: [{ do: 'restrict' }] }, limits: { actions: 500, share: 1 } };

/** The stage "sandbox" with the product's own job, as a deploy would make it. */
export function stageThatChanges(mode: 'report' | 'approve' | 'enforce', settings: object = {}): Promise<RoundsAssembly> {
  return stageOfRounds({ [job]: { ...generous, mode, ...settings } }, root);
}

export const openCompany = (assembly: RoundsAssembly, box: SandboxOptions['box'] = {}): Promise<Sandbox> =>
  openRounds(assembly.folder, { users: 12, contentFolders: 12, seed: 4, ...box });

/** Ids of everything of the company's active users with a link for anyone, as the simulator knows. */
export function openLinks({ box }: Pick<Sandbox, 'box'>): readonly string[] {
  const users = Array.from({ length: box.enterprise.users }, (_, nth) => box.enterprise.listed(nth)).filter(
    ({ status }) => status === 'active',
  );
  const items = users.flatMap((user) => [...within(box.enterprise.content(user).root)]);
  return items
    .filter(({ more }) => more?.link?.access === 'open')
    .map(itemId)
    .toSorted();
}

/** The plan that waits, as soon as it does. */
export async function waitingPlan(sandbox: Pick<Sandbox, 'aws' | 'runsTable'>, name = job): Promise<Waiting> {
  const { region, ...credentials } = sandbox.aws.operator;
  const client = new DynamoDBClient({ region, credentials, endpoint: sandbox.aws.endpoint });
  return vi.waitFor(
    async () => {
      const [waiting] = await plansWaiting(client, sandbox.runsTable, name);
      if (!waiting) throw new Error('No plan waits.');
      return waiting;
    },
    { timeout: 60_000, interval: 50 },
  );
}

/** Lines of the NDJSON file below `ledger/` with that name; undefined where there is none. */
export async function bookOf(sandbox: Sandbox, file: string): Promise<readonly Record<string, unknown>[] | undefined> {
  const key = (await sandbox.reportKeys('ledger/')).find((each) => each.endsWith(`/actions/${file}`));
  if (key === undefined) return undefined;
  const text = Buffer.from(await sandbox.readReport(key))
    .toString()
    .trimEnd();
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line));
}

/** How often Box was told to change something, whatever became of the answers. */
export const changesIn = ({ box }: Sandbox): number =>
  box.journal.entries.filter(({ method, path }) => method === 'PUT' && path.startsWith('/2.0/')).length;
