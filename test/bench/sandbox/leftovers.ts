import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Holdings, holdings } from '../../sandbox/holdings.ts';
import { openSandbox } from '../../sandbox/sandbox.ts';

const job = 'storage-report';
const atOnce = 5;
/** Of the groups of runs: how often all containers are ended before one, and how often under it. */
const everyNth = { coldGroup: 4, brokenGroup: 10 };
const hourMs = 3_600_000;
const firstDue = Date.parse('2026-01-01T00:00:00Z');

export interface Leftovers {
  readonly processes: number;
  readonly ports: number;
  readonly files: number;
  readonly cold: number;
  readonly warm: number;
  /** Runs whose container was ended under them. */
  readonly broken: number;
}

/** What a sandbox leaves behind that has run a job so often, in new, used and ended containers. @param assembly of the stage "sandbox" */
export async function leftovers(assembly: string, runs: number): Promise<Leftovers> {
  const [usual, folder] = [process.env.TMPDIR, await mkdtemp(join(tmpdir(), 'nightporter-leftovers-'))];
  try {
    await settled();
    const before = holdings(folder);
    process.env.TMPDIR = folder;
    const counts = await runAll(assembly, runs).finally(() => {
      if (usual === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = usual;
    });
    await settled();
    const after = holdings(folder);
    const processes = after.processes.filter((id) => !before.processes.includes(id)).length;
    return { processes, ports: after.ports - before.ports, files: after.files, ...counts };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A port that was closed is listed until the event loop has turned. */
const settled = () => pause(100);

type Counts = Omit<Leftovers, keyof Holdings>;

async function runAll(assembly: string, runs: number): Promise<Counts> {
  let isToBreak = false;
  const onCall = ({ action }: { readonly action: string }) => {
    // The claim: a run has begun.
    if (!isToBreak || action !== 'dynamodb:UpdateItem') return;
    isToBreak = false;
    void sandbox.aws.kill(sandbox.functionName(job));
  };
  await using sandbox = await openSandbox({ assembly, box: { users: 20 }, aws: { onCall } });
  await sandbox.putSecret();
  const counts = { cold: 0, warm: 0, broken: 0 };
  for (let group = 0; group * atOnce < runs; group++) {
    if (group % everyNth.coldGroup === 1) await sandbox.aws.kill(sandbox.functionName(job));
    isToBreak = group % everyNth.brokenGroup === 2;
    const dues = Array.from({ length: atOnce }, (_, nth) => new Date(firstDue + (group * atOnce + nth) * hourMs));
    for (const { outcome, coldStart } of await Promise.all(dues.map((due) => sandbox.run(job, due)))) {
      counts[outcome !== 'response' ? 'broken' : coldStart ? 'cold' : 'warm'] += 1;
    }
  }
  return counts;
}
