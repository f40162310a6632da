import { readFile } from 'node:fs/promises';
import { openSandbox } from '../../sandbox/sandbox.ts';

/**
 * Peak resident memory in MiB of storage-report's container after one run over so many users.
 * @throws Error when the run fails or counts other users than there are
 */
export async function peakOfReport(assembly: string, users: number): Promise<number> {
  await using sandbox = await openSandbox({ assembly, box: { users, journalLimit: 0 } });
  await sandbox.putSecret();
  const { outcome, payload } = await sandbox.run('storage-report');
  const counted = (payload as { users?: number } | undefined)?.users;
  if (outcome !== 'response' || counted !== users) throw new Error(`storage-report failed (${outcome}): ${JSON.stringify(payload)}`);
  const [processId] = sandbox.aws.containers().get(sandbox.functionName('storage-report')) ?? [];
  const status = await readFile(`/proc/${processId}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
