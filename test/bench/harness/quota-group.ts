import { existsSync } from 'node:fs';
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Lambda gives a function one processor per 1,769 MB: docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const quotaUs = 1_447;
const periodUs = 20_000;

/** A Linux control group with the processor share of 128 MB. */
export interface QuotaGroup extends AsyncDisposable {
  /** Whoever writes its process id here joins. */
  readonly file: string;
}

/** @returns why there can be none, where this machine or user may not make one */
export async function makeQuotaGroup(): Promise<QuotaGroup | string> {
  const version1 = existsSync('/sys/fs/cgroup/cpu/cpu.cfs_quota_us') || existsSync('/sys/fs/cgroup/cpu/tasks');
  const folder = join(version1 ? '/sys/fs/cgroup/cpu' : '/sys/fs/cgroup', `nightporter-bench-${process.pid}`);
  if (!version1 && !existsSync('/sys/fs/cgroup/cgroup.procs')) return 'no control groups on this machine';
  try {
    await mkdir(folder);
  } catch {
    return 'no right to make a control group';
  }
  try {
    if (version1) {
      await writeFile(join(folder, 'cpu.cfs_period_us'), String(periodUs));
      await writeFile(join(folder, 'cpu.cfs_quota_us'), String(quotaUs));
    } else {
      await writeFile(join(folder, 'cpu.max'), `${quotaUs} ${periodUs}`);
    }
  } catch {
    await rmdir(folder);
    return 'the processor controller is not delegated to this user';
  }
  return { file: join(folder, 'cgroup.procs'), [Symbol.asyncDispose]: () => remove(folder) };
}

/** A process that has just ended may still count as a member. */
async function remove(folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rmdir(folder);
    } catch (error) {
      if (attempt === 50) throw error;
      await sleep(100);
    }
  }
}
